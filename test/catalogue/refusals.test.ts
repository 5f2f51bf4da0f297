import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { loadCatalogue } from '../../src/catalogue/catalogue.ts';
import { CatalogueRefused } from '../../src/catalogue/refusal.ts';

const data = fileURLToPath(new URL('../../src/catalogue/data/', import.meta.url));

type Edit = readonly [file: string, from: string | RegExp, to: string];

/** Loads a copy of the catalogue with edits made to it. */
function loadEdited(...edits: readonly Edit[]) {
  const dir = mkdtempSync(join(tmpdir(), 'catalogue-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  cpSync(data, dir, { recursive: true });
  for (const [file, from, to] of edits) {
    const before = readFileSync(join(dir, file), 'utf8');
    const after = before.replace(from, to);
    if (after === before) throw new Error(`nothing to edit in ${file}`);
    writeFileSync(join(dir, file), after);
  }
  return loadCatalogue(dir);
}

function refusalOf(...edits: readonly Edit[]): CatalogueRefused {
  try {
    loadEdited(...edits);
  } catch (error) {
    if (error instanceof CatalogueRefused) return error;
    throw error;
  }
  throw new Error('the catalogue was taken');
}

/** The line, from 1, on which the text first stands in the original file, counted after an edit that adds `shift` lines above. */
function lineOf(file: string, text: string, shift = 0): number {
  const before = readFileSync(join(data, file), 'utf8').split(text);
  if (before.length < 2) throw new Error(`${text} does not stand in ${file}`);
  return (before[0] ?? '').split('\n').length + shift;
}

test('a copy without edits is taken', () => {
  expect(loadEdited(['calendar.yaml', '# The working', '# the working']).digest).toBe(loadCatalogue().digest);
});

test.each<[string, Edit, string, number, RegExp]>([
  ['a date named twice', ['calendar.yaml', 'date: 2024-02-09', 'date: 2024-02-08'], 'calendar.yaml', lineOf('calendar.yaml', 'date: 2024-02-09'), new RegExp(`2024-02-08 stands twice; the other row is in line ${lineOf('calendar.yaml', 'date: 2024-02-08')}`)],
  ['an impossible date', ['calendar.yaml', 'date: 2024-02-09', 'date: 2024-02-30'], 'calendar.yaml', lineOf('calendar.yaml', 'date: 2024-02-09'), /2024-02-30 is not a possible date/],
  ['a date outside the coverage', ['calendar.yaml', 'to: 2027-12-31', 'to: 2027-11-23'], 'calendar.yaml', lineOf('calendar.yaml', 'date: 2027-11-24'), /2027-11-24 lies outside the coverage/],
  ['a coverage turned round', ['calendar.yaml', 'from: 2024-01-01', 'from: 2030-01-01'], 'calendar.yaml', lineOf('calendar.yaml', 'coverage:'), /before it begins/],
  ['an unknown key', ['calendar.yaml', 'kind: OFF,  status: official', 'kind: OFF,  sttaus: official, status: official'], 'calendar.yaml', lineOf('calendar.yaml', 'date: 2024-01-01'), /sttaus.* no key/],
  ['an unknown kind of day', ['calendar.yaml', 'kind: WORK', 'kind: HALF'], 'calendar.yaml', lineOf('calendar.yaml', 'date: 2024-05-04'), /kind/],
  ['a key given twice', ['calendar.yaml', 'kind: OFF,', 'kind: OFF, kind: OFF,'], 'calendar.yaml', lineOf('calendar.yaml', 'date: 2024-01-01'), /unique/],
  ['text in decomposed form', ['calendar.yaml', 'Tết Dương lịch', 'Tết Dương lịch'.normalize('NFD')], 'calendar.yaml', lineOf('calendar.yaml', 'date: 2024-01-01'), /composed form/],
  ['sessions that do not make eight hours', ['office-hours.yaml', 'from: "07:00"', 'from: "07:30"'], 'office-hours.yaml', lineOf('office-hours.yaml', 'hoursPerDay'), /add up to 7.5 hours/],
  ['sessions that run into each other', ['office-hours.yaml', '"13:00", to: "17:00"', '"10:00", to: "14:00"'], 'office-hours.yaml', lineOf('office-hours.yaml', 'sessions:'), /before the one ahead of it ends/],
  ['rules that start after the calendar', ['office-hours.yaml', 'from: 2018-06-21', 'from: 2024-01-02'], 'office-hours.yaml', lineOf('office-hours.yaml', 'from: 2018-06-21'), /after the calendar's first day/],
  ['two rows of one procedure on one day', ['procedures.yaml', 'validTo: 2025-06-30', 'validTo: 2025-07-01'], 'procedures.yaml', lineOf('procedures.yaml', 'NĐ 168/2025/NĐ-CP', -7), /1\.001612 has two rows for the same days/],
  ['a part of an unknown procedure', ['procedures.yaml', 'procedure: "1.003197"', 'procedure: "9.999999"'], 'procedures.yaml', lineOf('procedures.yaml', 'procedure: "1.003197"'), /9\.999999, which has no row/],
  ['a procedure code without quotes', ['procedures.yaml', 'code: "1.001193"', 'code: 1.001193'], 'procedures.yaml', lineOf('procedures.yaml', 'code: "1.001193"'), /stands in quotes/],
  ['a paper listed twice', ['procedures.yaml', 'typeCode: TO_KHAI_KHAI_SINH', 'typeCode: GIAY_CHUNG_SINH'], 'procedures.yaml', lineOf('procedures.yaml', 'typeCode: TO_KHAI_KHAI_SINH'), /1\.001193 lists the paper GIAY_CHUNG_SINH twice/],
  ['two fields at one path', ['procedures.yaml', 'path: record.ownerName', 'path: record.kind'], 'procedures.yaml', lineOf('procedures.yaml', 'path: record.ownerName'), /2\.000635 has two fields at record\.kind/],
  ['a path that means two things', ['procedures.yaml', '"Dân tộc", en: "Ethnicity" }, kind: TEXT, required: true, most: 60', '"Dân tộc", en: "Ethnicity" }, kind: DATE, required: true'], 'procedures.yaml', lineOf('procedures.yaml', 'path: father.fullName', -1), /ethnicity is TEXT here and DATE in line/],
  ['a partly online procedure that needs nobody in person', ['procedures.yaml', /    inPerson:\n.*\n/, ''], 'procedures.yaml', lineOf('procedures.yaml', 'serviceLevel: PARTIAL'), /1\.000894 is partly online but names nothing/],
  ['a fully online procedure for which somebody must come', ['procedures.yaml', 'serviceLevel: PARTIAL', 'serviceLevel: FULL'], 'procedures.yaml', lineOf('procedures.yaml', 'inPerson:\n'), /1\.000894 is fully online and still names/],
  ['a source of a field that no register has', ['procedures.yaml', 'from: [spouse.fullName]', 'from: [spouse.salary]'], 'procedures.yaml', lineOf('procedures.yaml', 'path: spouse.fullName'), /from\.0/],
  ['an unknown successor', ['communes.yaml', 'successor: "30307"', 'successor: "30999"'], 'communes.yaml', lineOf('communes.yaml', 'code: "30280"'), /successor 30999 of 30280 is unknown on 2025-07-01/],
  ['an end without a successor', ['communes.yaml', ', successor: "30307"', ''], 'communes.yaml', lineOf('communes.yaml', 'code: "30280"'), /without a successor/],
  ['a row that ends before it begins', ['communes.yaml', 'validTo: 2025-06-30', 'validTo: 2023-06-30'], 'communes.yaml', lineOf('communes.yaml', 'code: "30280"'), /before it begins/],
  ['two agencies of one code', ['communes.yaml', 'agency: H01.23.02', 'agency: H01.23.01'], 'agencies.yaml', lineOf('agencies.yaml', '- desk: COMMUNE'), /H01\.23\.01 is given to two agencies/],
  ['an agency that no dossier code can name', ['agencies.yaml', 'code: H01.60', 'code: H01.160'], 'agencies.yaml', lineOf('agencies.yaml', '- desk: SOCIAL_INSURANCE'), /four groups/],
  ['two facilities of one code', ['health-facilities.yaml', '"89002"', '"89001"'], 'health-facilities.yaml', lineOf('health-facilities.yaml', '"89002"'), /given to two facilities/],
  ['a sequence that is too short', ['dossier-code-format.yaml', 'sequenceDigits: 4', 'sequenceDigits: 3'], 'dossier-code-format.yaml', lineOf('dossier-code-format.yaml', 'sequenceDigits: 4'), /sequenceDigits/],
  ['a file that is no YAML', ['agencies.yaml', 'perCommune:', 'perCommune: ]'], 'agencies.yaml', lineOf('agencies.yaml', 'perCommune:'), /is not YAML/],
])('the catalogue refuses %s and says where', (_, edit, file, line, message) => {
  const refusal = refusalOf(edit);
  expect(refusal.problems).toContainEqual({ file, line, message: expect.stringMatching(message) });
  expect(refusal.message).toContain(`${file}:${line}: `);
});

test('all problems are listed at once, over all files', () => {
  const refusal = refusalOf(
    ['calendar.yaml', 'date: 2024-02-09', 'date: 2024-02-30'],
    ['communes.yaml', 'successor: "30307"', 'successor: "30999"'],
    ['health-facilities.yaml', '"89002"', '"89001"'],
    ['procedures.yaml', 'unit: WORKING_DAY', 'unit: WORKDAY'],
  );
  expect(refusal.problems.map(({ file }) => file).sort()).toEqual(['calendar.yaml', 'communes.yaml', 'health-facilities.yaml', 'procedures.yaml']);
  expect(refusal.message.split('\n')).toHaveLength(5);
});

test('a folder without a catalogue is refused with every missing file', () => {
  const dir = mkdtempSync(join(tmpdir(), 'catalogue-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  expect(() => loadCatalogue(dir)).toThrow(/8 problem\(s\)[\s\S]*calendar\.yaml:1: cannot be read/);
});

test('an operator’s calendar takes the place of the one in the folder, and its digest tells', () => {
  const dir = mkdtempSync(join(tmpdir(), 'catalogue-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const calendarFile = join(dir, 'lich-2027.yaml');
  writeFileSync(calendarFile, readFileSync(join(data, 'calendar.yaml'), 'utf8').replace('2027-02-11, kind: WORK, status: provisional', '2027-02-11, kind: OFF,  status: official'));
  const edited = loadCatalogue(undefined, { calendarFile });
  expect(edited.calendar.findDay('2027-02-11')).toMatchObject({ works: false, provisional: false });
  expect(edited.digest).not.toBe(loadCatalogue().digest);
});

test('a problem in an operator’s calendar is named by the path under which it was handed in', () => {
  const dir = mkdtempSync(join(tmpdir(), 'catalogue-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const calendarFile = join(dir, 'calendar.yaml');
  writeFileSync(calendarFile, 'coverage: { from: 2024-01-01, to: 2024-12-31 }\nweeklyRest: { days: [8], source: x }\ndays: []\n');
  expect(() => loadCatalogue(undefined, { calendarFile })).toThrow(`${calendarFile}:2: weeklyRest.days.0`);
});
