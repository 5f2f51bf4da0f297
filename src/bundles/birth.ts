import { sameMatter } from './birth-rules.ts';
import { registerBirth } from '../systems/civil-status/acts.ts';
import { registerResidence } from '../systems/residence/acts.ts';
import { issueHealthCard } from '../systems/social-insurance/acts.ts';
import { birthForm, noticeFacts } from './birth-form.ts';
import { bundle } from './bundle.ts';

/**
 * Birth registration + permanent residence + health-insurance card for a child under six ("liên thông khai sinh, thường
 * trú, thẻ BHYT"; NĐ 63/2024/NĐ-CP). Terms and desks of each act: catalogue, procedure 2.002621.
 */
export const birthBundle = bundle('birth', {
  procedure: '2.002621',
  from: '2024-07-01',
  form: birthForm,
  people: (form) => [
    { path: 'requester', key: form.requester },
    ...(form.mother ? [{ path: 'mother', key: form.mother }] : []),
    ...(form.father ? [{ path: 'father', key: form.father }] : []),
    { path: 'residence.headOfHousehold', key: form.residence.headOfHousehold },
  ],
  papers: (form) => [{ place: 'birthNotice', act: 'birth', paper: form.birthNotice }],
  applicant: (form) => form.requester,
  commune: (form) => form.residence.address.communeCode,
  subjects: sameMatter,
})
  .act('birth', registerBirth, {
    given: ({ form, run }) => ({
      receivedAt: run.receivedAt,
      communeCode: form.residence.address.communeCode,
      child: form.child,
      mother: form.mother,
      father: form.father,
      requester: { ...form.requester, relation: form.relation },
      birthNotice: noticeFacts(form),
      copies: form.copies,
    }),
  })
  .act('residence', registerResidence, {
    after: ['birth'],
    given: ({ form, birth }) => ({
      person: { ...form.child, personalId: birth.personalId },
      head: { personalId: form.residence.headOfHousehold.personalId, consents: form.residence.headConsents },
      address: form.residence.address,
    }),
  })
  .act('healthCard', issueHealthCard, {
    after: ['birth'],
    given: ({ form, birth }) => ({
      child: { ...form.child, personalId: birth.personalId },
      communeCode: form.residence.address.communeCode,
      facilityCode: form.healthCare.facilityCode,
    }),
  })
  .gives(({ birth, residence, healthCard }) => ({ birth, residence, healthCard }));
