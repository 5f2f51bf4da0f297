import type { Catalogue } from '../catalogue/catalogue.ts';
import { fieldIssue, type FieldIssue } from '../kit/failure.ts';
import { addMonths, civilDateOf, findCivilDate, printedDate, type Instant } from '../kit/instant.ts';
import { sameName, toneBlind } from '../kit/person-name.ts';
import { findPersonalIdFacts, type PersonKey, type Sex } from '../kit/personal-id.ts';
import { words } from '../kit/words.ts';
import { noticeFacts, type BirthForm } from './birth-form.ts';

/** The bundle is for children below this age (NĐ 63/2024/NĐ-CP: "trẻ em dưới 6 tuổi"): 72 months. */
const AGE_LIMIT_MONTHS = 72;

/** The matter of an application: this child of that parent. An application by either parent meets the other's. */
export function sameMatter(form: BirthForm): string[] {
  return [form.mother, form.father].flatMap((parent) => (parent ? [`birth|${parent.personalId}|${form.child.birthDate}|${toneBlind(form.child.fullName)}`] : []));
}

/**
 * Everything that can be seen to be wrong with a birth form without asking a ministry. Paths are below the form. What was
 * received earlier and is supplemented now keeps the law of its reception; only its papers may be newer.
 */
export function checkBirthForm(form: BirthForm, catalogue: Catalogue, now: Instant, receivedAt: Instant = now): FieldIssue[] {
  const filedOn = civilDateOf(receivedAt);
  return [
    ...checkChild(form, filedOn),
    ...checkPapers(form, civilDateOf(now)),
    ...checkCodes(form, catalogue, filedOn),
    ...checkPeople(form),
  ];
}

function checkChild({ child }: BirthForm, today: string): FieldIssue[] {
  const path = 'child.birthDate';
  if (!findCivilDate(child.birthDate)) return [impossibleDate(path)];
  if (child.birthDate > today) {
    return [fieldIssue(path, 'IN_FUTURE', words('Ngày sinh của trẻ ở tương lai.', 'The child\'s date of birth lies in the future.'), words(`không sau ngày ${printedDate(today)}`, `not after ${today}`))];
  }
  if (addMonths(child.birthDate, AGE_LIMIT_MONTHS) <= today) {
    const youngest = addMonths(today, -AGE_LIMIT_MONTHS);
    return [fieldIssue(path, 'TOO_OLD', words('Trẻ đã đủ 6 tuổi; thủ tục liên thông này chỉ dành cho trẻ dưới 6 tuổi.', 'The child is six or older; this linked procedure is for children under six.'), words(`sinh sau ngày ${printedDate(youngest)}`, `born after ${youngest}`))];
  }
  return [];
}

/** The civil-status software is told number and day of the notice, so a file must come with them. */
function checkPapers(form: BirthForm, today: string): FieldIssue[] {
  const { path: source, number, issuedOn } = noticeFacts(form);
  const path = `${source}.issuedOn`;
  if (number === undefined || issuedOn === undefined) return source.endsWith('.stored') ? [] : missing(source, { number, issuedOn }); // of a stored one that is told where it is looked up
  const { child } = form;
  if (!findCivilDate(issuedOn)) return [impossibleDate(path)];
  if (!findCivilDate(child.birthDate) || child.birthDate > today) return []; // the child's own date is refused already
  if (issuedOn < child.birthDate || issuedOn > today) {
    return [fieldIssue(path, 'CONTRADICTION', words('Giấy chứng sinh phải được cấp từ ngày sinh đến hôm nay.', 'The birth notice must be issued between the birth and today.'), words(`từ ${printedDate(child.birthDate)} đến ${printedDate(today)}`, `${child.birthDate} to ${today}`))];
  }
  return [];
}

function missing(source: string, facts: { readonly number: string | undefined; readonly issuedOn: string | undefined }): FieldIssue[] {
  return (['number', 'issuedOn'] as const)
    .filter((field) => facts[field] === undefined)
    .map((field) => fieldIssue(`${source}.${field}`, 'REQUIRED', words('Thiếu số hoặc ngày cấp của giấy chứng sinh.', 'Number or day of the notice of birth is missing.'), words(field === 'number' ? 'số ghi trên giấy chứng sinh' : 'ngày cấp ghi trên giấy, yyyy-mm-dd', field === 'number' ? 'the number on the notice' : 'the day on the notice, yyyy-mm-dd')));
}

function checkCodes({ residence, healthCare }: BirthForm, catalogue: Catalogue, today: string): FieldIssue[] {
  const { communeCode } = residence.address;
  const communes = catalogue.communes(today);
  const sample = communes.slice(0, 3).map((commune) => `${commune.code} ${commune.name.vi}`).join(', ');
  return [
    ...(catalogue.findCommune(communeCode, today)
      ? []
      : [fieldIssue('residence.address.communeCode', 'UNKNOWN_CODE', words(`Không có xã, phường nào mã ${communeCode} vào ngày ${printedDate(today)}.`, `No commune has the code ${communeCode} on ${today}.`), words(`một trong ${communes.length} mã đang hiệu lực, ví dụ ${sample}`, `one of the ${communes.length} codes in force, such as ${sample}`))]),
    ...(catalogue.findHealthFacility(healthCare.facilityCode)
      ? []
      : [fieldIssue('healthCare.facilityCode', 'UNKNOWN_CODE', words(`Không có cơ sở khám chữa bệnh ban đầu mã ${healthCare.facilityCode}.`, `No health facility has the code ${healthCare.facilityCode}.`), words(`ví dụ ${catalogue.healthFacilities[0]?.code ?? ''}`, `such as ${catalogue.healthFacilities[0]?.code ?? ''}`))]),
  ];
}

function checkPeople(form: BirthForm): FieldIssue[] {
  const { requester, relation, mother, father } = form;
  const issues: FieldIssue[] = [];
  if (!mother && !father) {
    issues.push(fieldIssue('mother', 'REQUIRED', words('Phải có mẹ hoặc cha.', 'Mother or father must be named.'), words('mother hoặc father', 'mother or father')));
  }
  const parent = relation === 'MOTHER' ? mother : relation === 'FATHER' ? father : requester;
  if (parent?.personalId !== requester.personalId || (parent && !sameName(parent.fullName, requester.fullName))) {
    issues.push(fieldIssue('relation', 'CONTRADICTION', words('Quan hệ khai không khớp với người yêu cầu.', 'The stated relation does not fit the requester.'), words('người yêu cầu trùng với mẹ hoặc cha đã khai', 'the requester is the mother or father stated')));
  }
  const keys: [string, PersonKey | undefined, Sex | undefined][] = [
    ['requester', requester, undefined],
    ['mother', mother, 'FEMALE'],
    ['father', father, 'MALE'],
    ['residence.headOfHousehold', form.residence.headOfHousehold, undefined],
  ];
  return [...issues, ...keys.flatMap(([path, key, sex]) => (key ? checkKey(path, key, sex) : []))];
}

/** Compares what a personal id says of itself with what is stated of the person. */
function checkKey(path: string, key: PersonKey, sex: Sex | undefined): FieldIssue[] {
  if (key.birthDate.length > 4 && !findCivilDate(key.birthDate)) return [impossibleDate(`${path}.birthDate`)];
  const facts = findPersonalIdFacts(key.personalId);
  if (!facts) return [];
  const year = key.birthDate.slice(0, 4);
  return [
    ...(String(facts.birthYear) === year
      ? []
      : [fieldIssue(`${path}.personalId`, 'CONTRADICTION', words('Số định danh không khớp năm sinh.', 'The personal id does not fit the year of birth.'), words(`số định danh của người sinh năm ${year}`, `the id of a person born in ${year}`))]),
    ...(sex === undefined || facts.sex === sex
      ? []
      : [fieldIssue(`${path}.personalId`, 'CONTRADICTION', words('Số định danh không khớp giới tính.', 'The personal id does not fit the sex.'), words(sex === 'FEMALE' ? 'số định danh của nữ' : 'số định danh của nam', `the id of a ${sex === 'FEMALE' ? 'woman' : 'man'}`))]),
  ];
}

function impossibleDate(path: string): FieldIssue {
  return fieldIssue(path, 'IMPOSSIBLE_DATE', words('Ngày không có trong lịch.', 'There is no such day.'), words('yyyy-mm-dd của một ngày có thật', 'yyyy-mm-dd of a real day'));
}
