import { HttpResponse } from 'msw';
import { civilDateOf, type Instant } from '../src/kit/instant.ts';
import { sameName } from '../src/kit/person-name.ts';
import { writeSoap } from '../src/kit/soap.ts';
import { contract, findCitizen, settings } from '../src/systems/population/contract.ts';
import { openMinistry, type Ministry, type World } from './ministry.ts';
import { service, type BodyOf, type Reply } from './ministry/exchange.ts';
import { openOffice } from './ministry/office.ts';
import type { Voice } from './ministry/voice.ts';
import { inventFamilies } from './people.ts';
import { wordCitizen } from './population/citizen.ts';
import { findAuthenticationProblem } from './population/digest.ts';
import { openRegister, type Citizen, type People, type Register } from './population/register.ts';

/** A question as the register logged it; the same MaYeuCau may be asked again and is logged again. */
export interface Question {
  readonly requestId: string;
  readonly procedure: string;
  readonly officer: string;
  readonly matched: 0 | 1;
  readonly at: Instant;
}

/** C06 together with the door through which the other ministries reach its register. */
export interface PopulationMinistry extends Ministry {
  readonly register: Register;
  readonly questions: () => readonly Question[];
}

/** The register's refusals: SOAP faults. */
const soapFault: Voice = {
  malformed: 500,
  say: (status, text) =>
    new HttpResponse(writeSoap(fault(text, status === 500 ? 'soapenv:Client' : 'soapenv:Server'), findCitizen.namespace ?? ''), {
      status,
      headers: { 'content-type': 'text/xml; charset=utf-8' },
    }),
};

/** The districts ended on this day. */
const DISTRICTS_END = '2025-07-01';

/** The population register (C06): gives a person only to who knows number, name and date of birth. */
export function openPopulation(world: World, people: People = inventFamilies()): PopulationMinistry {
  const office = openOffice('population', world, { operations: contract.operations, outcomes: [] });
  const { records, clock } = office;
  records.layOut(`CREATE TABLE IF NOT EXISTS questions (
    number INTEGER PRIMARY KEY, requestId TEXT NOT NULL, procedure TEXT NOT NULL, officer TEXT NOT NULL, matched INTEGER NOT NULL, at TEXT NOT NULL)`);
  const register = openRegister(office, people);

  function answer({ body: { TraCuuThongTinCongDan: question } }: { body: BodyOf<typeof findCitizen> }): Reply<typeof findCitizen> {
    const number = question.SoDinhDanh ?? question.SoCMND;
    if (number === undefined) return { status: 500, body: fault('Phải có số định danh (SoDinhDanh) hoặc số CMND (SoCMND).') };
    if (question.MaTichHop !== settings.INTEGRATION_CODE.sandbox) return { status: 500, body: fault('Mã tích hợp (MaTichHop) không hợp lệ hoặc chưa được cấp.') };
    const person = register.find(number);
    const matched = person !== undefined && sameName(person.fullName, question.HoVaTen) && isBornOn(person, question.NgayThangNamSinh);
    records.write('INSERT INTO questions (requestId, procedure, officer, matched, at) VALUES (?, ?, ?, ?, ?)', question.MaYeuCau, question.MaDVC, question.MaCanBo, matched ? 1 : 0, clock.now());
    const withDistricts = civilDateOf(clock.now()) < DISTRICTS_END;
    return { status: 200, body: { CongdanCollection: matched ? { Congdan: [wordCitizen(person, { find: register.find, withDistricts })] } : '' } };
  }

  const ministry = openMinistry(office, {
    contract,
    voice: soapFault,
    gate(request) {
      const problem = findAuthenticationProblem(request, clock);
      return problem === undefined ? undefined : soapFault.say(500, problem);
    },
    services: [service(findCitizen, answer)],
  });
  const questions = () => records.list<Question>('SELECT requestId, procedure, officer, matched, at FROM questions ORDER BY number');
  return { ...ministry, register, questions };
}

/**
 * Dates of birth match only in the form in which they are on record: who is registered by the year alone is found by
 * `Nam` alone, and everybody else by the full date alone.
 */
function isBornOn({ birthDate }: Citizen, asked: BodyOf<typeof findCitizen>['TraCuuThongTinCongDan']['NgayThangNamSinh']): boolean {
  return 'Nam' in asked ? birthDate === asked.Nam : birthDate.length > 4 && birthDate.replaceAll('-', '') === asked.NgayThangNam;
}

function fault(faultstring: string, faultcode = 'soapenv:Client'): { Fault: { faultcode: string; faultstring: string } } {
  return { Fault: { faultcode, faultstring } };
}
