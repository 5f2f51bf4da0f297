import type { Purpose } from '../access/purpose.ts';
import type { Viewer } from '../access/viewer.ts';
import { fieldIssue, type FieldIssue } from '../kit/failure.ts';
import { NOT_FOUND, type BadAnswer, type Unreachable } from '../kit/outcome.ts';
import { words } from '../kit/words.ts';
import { population } from '../systems/population/client.ts';
import type { NamedPerson } from './bundle.ts';
import type { Engine } from './engine.ts';

/** What the population register says of the persons of a form: what is wrong, or that it cannot be asked now. */
export type PeopleCheck = { readonly is: 'checked'; readonly issues: readonly FieldIssue[] } | Unreachable | BadAnswer;

/** Asks the population register for every person of a form, each once. */
export async function checkPeople(engine: Engine, viewer: Viewer, purpose: Purpose, people: readonly NamedPerson[]): Promise<PeopleCheck> {
  const keys = [...new Map(people.map(({ key }) => [JSON.stringify([key.personalId, key.fullName, key.birthDate]), key])).entries()];
  const answers = await engine.reach(viewer, purpose, population).people(keys.map(([, { personalId, fullName, birthDate }]) => ({ personalId, fullName, birthDate })));
  const byKey = new Map(keys.map(([name], index) => [name, answers[index]]));
  const silent = answers.find((answer) => answer.is === 'unreachable' || answer.is === 'badAnswer' || (answer.is === 'refused' && answer.code !== NOT_FOUND));
  if (silent?.is === 'unreachable' || silent?.is === 'badAnswer') return silent;
  if (silent?.is === 'refused') return { is: 'badAnswer', problem: `the register refused the question: ${silent.code}` };
  const issues = people.flatMap(({ path, key }): FieldIssue[] => {
    const answer = byKey.get(JSON.stringify([key.personalId, key.fullName, key.birthDate]));
    if (answer?.is === 'refused') return [notInRegister(path)];
    return answer?.is === 'done' && answer.value.deceased ? [deceased(path)] : [];
  });
  return { is: 'checked', issues };
}

/** Nobody in the population register matches all three facts at that path of the input. */
export function notInRegister(path: string): FieldIssue {
  return fieldIssue(
    path,
    'NOT_IN_REGISTER',
    words('Cơ sở dữ liệu quốc gia về dân cư không có người khớp cả số định danh, họ tên và ngày sinh.', 'The population register has nobody who matches number, name and date of birth together.'),
    words('số định danh, họ tên và ngày sinh đúng như trên thẻ căn cước', 'number, name and date of birth exactly as on the identity card'),
  );
}

/** The person at that path of the input is registered as deceased. */
export function deceased(path: string): FieldIssue {
  return fieldIssue(path, 'CONTRADICTION', words('Người này đã được đăng ký khai tử.', 'This person is registered as deceased.'), words('một người đang sống', 'a living person'));
}
