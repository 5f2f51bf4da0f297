import type { CivilDate } from '../../src/kit/instant.ts';
import type { Sex } from '../../src/kit/personal-id.ts';
import { composePersonalId } from '../../src/kit/personal-id.ts';
import type { Office } from '../ministry/office.ts';
import { RESERVED, type Hometown, type InventedPerson, type Population, type Residence } from '../people.ts';
import { openChance, scatter } from '../people/chance.ts';
import { HOME_PROVINCE } from '../people/places.ts';

/** Where and with whom a person lives. A newborn lives nowhere until the police have registered it. */
type Home = Pick<InventedPerson, 'residence' | 'headId' | 'householdNumber'> & { readonly headRelation: string };

/** A person as the register knows him or her today. */
export type Citizen = Pick<InventedPerson, 'personalId' | 'fullName' | 'sex' | 'birthDate' | 'maritalStatus'> &
  Partial<Pick<InventedPerson, 'oldIdNumber' | 'religion' | 'bloodGroup' | 'fatherId' | 'motherId' | 'spouseId' | 'hometown' | 'birthRegistration' | 'insuranceNumber' | 'healthCard' | 'deceased'>> &
  Partial<Home> & { readonly ethnicity: string; readonly nationality: string; readonly bornIn?: { readonly commune: string } };

/** The people who were there before the ministries opened: the invented population, or a few that a test wrote by hand. */
export interface People extends Pick<Population, 'birthsRegistered'> {
  readonly find: (personalId: string) => Citizen | undefined;
  readonly findByOldId: (oldIdNumber: string) => Citizen | undefined;
  readonly findFamily: (personalId: string) => { readonly members: readonly Citizen[] } | undefined;
}

/** A birth as civil status reports it. */
export interface Newborn {
  /** The registration that it comes from: the same key is the same child. */
  readonly key: string;
  readonly fullName: string;
  readonly sex: Sex;
  readonly birthDate: CivilDate;
  readonly ethnicity: string;
  readonly nationality: string;
  readonly fatherId?: string;
  readonly motherId?: string;
  readonly hometown?: Hometown;
  /** Commune that registered the birth. */
  readonly commune: string;
  /** When it was registered. */
  readonly at: string;
}

/** A registered change of residence. */
export interface Move extends Residence {
  readonly key: string;
  readonly personalId: string;
  /** The head of the household that the person joins. */
  readonly headId: string;
  readonly at: string;
}

/** The register as the other ministries reach it: not over the wire of the provinces but from house to house. */
export interface Register {
  /** By personal id or by the nine digits of the old identity card. */
  readonly find: (number: string) => Citizen | undefined;
  /** Children of a mother, without the one that the registration `key` itself brought in. */
  readonly childrenOf: (motherId: string, key: string) => Citizen[];
  /** How many births the commune had registered in the year before the ministries opened. */
  readonly birthsRegistered: (commune: string, year: number) => number;
  /** Issues the child's personal id. */
  readonly registerNewborn: (birth: Newborn) => string;
  readonly setResidence: (move: Move) => void;
  readonly setDeceased: (personalId: string, date: CivilDate) => void;
}

/** The tail of a newborn's number is drawn from the reserved ones, in an order that is the same in every sandbox. */
const RESERVED_TAILS = 1_000_000 - RESERVED.idTailFrom;
const drawTail = scatter(openChance(RESERVED.idTailFrom), RESERVED_TAILS);

/** Opens the register: the people of old, and on top of them what has happened since. */
export function openRegister({ records, ledger }: Office, people: People): Register {
  records.layOut(`
    CREATE TABLE IF NOT EXISTS newborns (personalId TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, motherId TEXT, effect INTEGER NOT NULL, citizen TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS newbornsOfMother ON newborns (motherId);
    CREATE TABLE IF NOT EXISTS homes (personalId TEXT PRIMARY KEY, key TEXT NOT NULL, effect INTEGER NOT NULL, home TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS deaths (personalId TEXT PRIMARY KEY, date TEXT NOT NULL)`);

  function find(number: string): Citizen | undefined {
    const person = people.find(number) ?? people.findByOldId(number) ?? findNewborn(number);
    if (!person) return undefined;
    const home = records.find<{ home: string }>('SELECT home FROM homes WHERE personalId = ?', person.personalId);
    const death = records.find<{ date: CivilDate }>('SELECT date FROM deaths WHERE personalId = ?', person.personalId);
    return { ...person, ...(home && (JSON.parse(home.home) as Home)), ...(death && { deceased: death }) };
  }

  function findNewborn(personalId: string): Citizen | undefined {
    const row = records.find<{ citizen: string }>('SELECT citizen FROM newborns WHERE personalId = ?', personalId);
    return row && (JSON.parse(row.citizen) as Citizen);
  }

  /** The next free number: reserved tails as long as there are any, then whatever nobody bears. */
  function issueNumber(sex: Sex, birthYear: number): string {
    const prefix = composePersonalId({ province: HOME_PROVINCE, sex, birthYear }, 0).slice(0, 6);
    const issued = records.find<{ count: number }>('SELECT count(*) AS count FROM newborns WHERE personalId >= ? AND personalId < ?', prefix, `${prefix}:`)?.count ?? 0;
    for (let index = issued; ; index += 1) {
      const tail = index < RESERVED_TAILS ? RESERVED.idTailFrom + drawTail(index) : index - RESERVED_TAILS;
      const personalId = composePersonalId({ province: HOME_PROVINCE, sex, birthYear }, tail);
      if (!people.find(personalId) && !findNewborn(personalId)) return personalId;
    }
  }

  return {
    find,
    birthsRegistered: people.birthsRegistered,
    childrenOf(motherId, key) {
      const older = people.findFamily(motherId)?.members.filter((one) => one.motherId === motherId) ?? [];
      const newborns = records.list<{ citizen: string }>('SELECT citizen FROM newborns WHERE motherId = ? AND key <> ?', motherId, key);
      return [...older, ...newborns.map((row) => JSON.parse(row.citizen) as Citizen)];
    },
    registerNewborn: ({ key, commune, at, ...birth }) =>
      records.atomically(() => {
        const known = records.find<{ personalId: string; effect: number }>('SELECT personalId, effect FROM newborns WHERE key = ?', key);
        if (known) {
          ledger.orderedAgain(known.effect, 1);
          return known.personalId;
        }
        const personalId = issueNumber(birth.sex, Number(birth.birthDate.slice(0, 4)));
        const citizen: Citizen = { ...birth, personalId, maritalStatus: 'SINGLE', bornIn: { commune } };
        const effect = ledger.carriedOut({ act: 'registerNewborn', subject: personalId, idempotencyKey: key, at, received: 1 });
        records.write('INSERT INTO newborns (personalId, key, motherId, effect, citizen) VALUES (?, ?, ?, ?, ?)', personalId, key, birth.motherId ?? null, effect, JSON.stringify(citizen));
        return personalId;
      }),
    setResidence: ({ key, personalId, headId, at, commune, detail }) =>
      records.atomically(() => {
        const known = records.find<{ effect: number }>('SELECT effect FROM homes WHERE personalId = ? AND key = ?', personalId, key);
        if (known) return ledger.orderedAgain(known.effect, 1);
        const person = find(personalId);
        const head = find(find(headId)?.headId ?? headId);
        if (!person || !head) throw new Error('A move needs a person and a head of household on record.');
        const isChild = person.fatherId === head.personalId || person.motherId === head.personalId;
        const home: Home = { residence: { commune, detail }, headId: head.personalId, headRelation: isChild ? 'Con' : 'Cháu', householdNumber: head.householdNumber ?? '' };
        const effect = ledger.carriedOut({ act: 'setResidence', subject: personalId, idempotencyKey: key, at, received: 1 });
        records.write('INSERT OR REPLACE INTO homes (personalId, key, effect, home) VALUES (?, ?, ?, ?)', personalId, key, effect, JSON.stringify(home));
      }),
    setDeceased: (personalId, date) => void records.write('INSERT OR REPLACE INTO deaths (personalId, date) VALUES (?, ?)', personalId, date),
  };
}
