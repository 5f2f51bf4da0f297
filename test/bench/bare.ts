/*
 * The bare minimum to compare the hub with: graphql-yoga as its documentation sets it up for production, dossiers in memory,
 * and each applicant asked for at C06, by a DataLoader of the request, through undici. It checks nothing, writes no trace,
 * has no deadline and forgets nothing that makes Yoga fast (parser and validation caches, keep-alive).
 * With PEOPLE=memory the applicants stand in memory too.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import DataLoader from 'dataloader';
import { createSchema, createYoga } from 'graphql-yoga';
import { Pool } from 'undici';
import { findSoapBody } from '../../src/kit/soap.ts';
import { population } from '../../src/systems/population/client.ts';
import { settings } from '../../src/systems/population/contract.ts';
import type { KnownDossier } from './lists.ts';

interface Person {
  readonly fullName: string;
  readonly source: 'POPULATION';
  readonly asOf: string;
}

interface Context {
  readonly people: DataLoader<KnownDossier['applicant'], Person, string>;
}

const { DOSSIERS = '', C06 = '', NOW = '', PEOPLE } = process.env;
const dossiers = JSON.parse(readFileSync(DOSSIERS, 'utf8')) as readonly KnownDossier[];
const shift = Date.parse(NOW) - Date.now(); // the sandbox's clock: C06 refuses whoever is a quarter of an hour off
const now = () => new Date(Date.now() + shift).toISOString();

const pool = new Pool(C06, { connections: population.limits.parallel, pipelining: 1 }); // as many as the hub's line has
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

async function askC06({ personalId, fullName, birthDate }: KnownDossier['applicant']): Promise<Person> {
  const timestamp = new Date(Date.now() + shift + 7 * 3_600_000).toISOString().replace(/[-:T]|\..*/g, ''); // UTC+7
  const digest = createHash('sha256').update(`${C06}/${settings.USER.sandbox}${timestamp}${settings.SECRET.sandbox}`).digest('hex');
  const born = birthDate.length === 4 ? `<dan:Nam>${birthDate}</dan:Nam>` : `<dan:NgayThangNam>${birthDate.replaceAll('-', '')}</dan:NgayThangNam>`;
  const answer = await pool.request({
    method: 'POST',
    path: '/',
    headers: { 'content-type': 'text/xml; charset=utf-8', timestamp, authorization: `Basic ${Buffer.from(`${settings.USER.sandbox}:${digest}`).toString('base64')}` },
    body: `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:dan="http://dancuquocgia.bca"><soapenv:Header/><soapenv:Body><dan:TraCuuThongTinCongDan><dan:MaYeuCau>${randomUUID()}</dan:MaYeuCau><dan:MaDVC>2.002621</dan:MaDVC><dan:MaTichHop>${settings.INTEGRATION_CODE.sandbox}</dan:MaTichHop><dan:MaCanBo>089085000000</dan:MaCanBo><dan:SoDinhDanh>${personalId}</dan:SoDinhDanh><dan:HoVaTen>${escaped(fullName.toLocaleUpperCase('vi'))}</dan:HoVaTen><dan:NgayThangNamSinh>${born}</dan:NgayThangNamSinh></dan:TraCuuThongTinCongDan></soapenv:Body></soapenv:Envelope>`,
  });
  const body = findSoapBody(await answer.body.text()) as { CongdanCollection: { Congdan: { HoVaTen: { Ho: string; ChuDem?: string; Ten: string } } } }; // the quickest reader at hand, the hub's
  const { Ho, ChuDem, Ten } = body.CongdanCollection.Congdan.HoVaTen;
  return { fullName: [Ho, ChuDem, Ten].filter(Boolean).join(' '), source: 'POPULATION', asOf: now() };
}

const remember = ({ fullName }: KnownDossier['applicant']): Person => ({ fullName: fullName.toLocaleUpperCase('vi'), source: 'POPULATION', asOf: now() });
const find = PEOPLE === 'memory' ? (keys: readonly KnownDossier['applicant'][]) => Promise.resolve(keys.map(remember)) : (keys: readonly KnownDossier['applicant'][]) => Promise.all(keys.map(askC06));

const schema = createSchema<Context>({
  typeDefs: /* GraphQL */ `
    enum DossierStatus { REGISTERED ACCEPTED NOT_ACCEPTED IN_PROCESS SUPPLEMENT_REQUESTED PAYMENT_REQUESTED WITHDRAWN STOPPED FINISHED RETURNED }
    enum SystemName { POPULATION }
    type Person { fullName: String! source: SystemName! asOf: String! }
    type Dossier { code: String! status: DossierStatus! applicant: Person }
    type DossierEdge { node: Dossier! }
    type DossierConnection { edges: [DossierEdge!]! }
    type Query { dossiers(first: Int): DossierConnection! }
  `,
  resolvers: {
    Query: { dossiers: (_: unknown, { first = 20 }: { first?: number }) => ({ edges: dossiers.slice(0, first).map((node) => ({ node })) }) },
    Dossier: { applicant: ({ applicant }: KnownDossier, _: unknown, { people }: Context) => people.load(applicant) },
  },
});

const yoga = createYoga<object, Context>({ schema, logging: false, graphiql: false, landingPage: false, context: () => ({ people: new DataLoader(find, { cacheKeyFn: ({ personalId }) => personalId }) }) });
const server = createServer((request, response) => void yoga(request, response));
server.listen(0, '127.0.0.1', () => process.stdout.write(`ready http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql\n`));
process.once('SIGTERM', () => process.exit(0));
