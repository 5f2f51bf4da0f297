import type { Failure, FailureName } from '../kit/failure.ts';
import { FieldIssueType, builder, langArg, said } from './builder.ts';

/** What every expected failure tells. */
export const FailureInterface = builder.interfaceRef<Failure>('Failure').implement({
  description: 'An expected failure of a mutation: a result, not an error ("kết quả không thành công").',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'The stable code ("mã").' }),
    message: t.string({ args: langArg, description: 'What happened and what to do ("thông báo").', resolve: (failure, args) => said(failure.message, args) }),
    issues: t.expose('issues', { type: [FieldIssueType], description: 'The fields that are wrong ("các trường lỗi").' }),
  }),
});

const fact = (failure: Failure, name: string) => String(failure.facts[name] ?? '');
const allowedIn = ({ facts }: Failure) => [...((facts['allowed'] as readonly string[] | undefined) ?? [])];

/** The failure types by name; mutations pick from them for their result unions. */
export const failureTypes = {
  InvalidInput: simple('InvalidInput', 'The input has wrong fields; nothing was stored ("dữ liệu không hợp lệ").'),
  DuplicateApplication: builder.objectRef<Failure>('DuplicateApplication').implement({
    interfaces: [FailureInterface],
    description: 'An application for the same child, or the same matter, exists already ("hồ sơ trùng").',
    fields: (t) => ({ existing: t.string({ description: 'Code of the earlier application ("mã hồ sơ đã có").', resolve: (failure) => fact(failure, 'existing') }) }),
  }),
  NoDefinitionInForce: builder.objectRef<Failure>('NoDefinitionInForce').implement({
    interfaces: [FailureInterface],
    description: 'No version of the linked procedure is in force today ("chưa có quy trình đang hiệu lực").',
    fields: (t) => ({
      nextFrom: t.field({ type: 'Date', nullable: true, description: 'The date from which one will be, where it is known ("ngày bắt đầu hiệu lực").', resolve: (failure) => fact(failure, 'nextFrom') || null }),
    }),
  }),
  IdempotencyKeyReused: simple('IdempotencyKeyReused', 'The idempotency key was used before with another body ("khóa chống trùng đã dùng").'),
  StoreUnavailable: builder.objectRef<Failure>('StoreUnavailable').implement({
    interfaces: [FailureInterface],
    description: 'The hub cannot write at the moment; nothing was stored ("hệ thống tạm thời không ghi được").',
    fields: (t) => ({
      retryAfterSeconds: t.int({ description: 'When to try again, seconds ("thử lại sau").', resolve: (failure) => Number(failure.facts['retryAfterSeconds'] ?? 5) }),
    }),
  }),
  DossierNotFound: simple('DossierNotFound', 'There is no such dossier, or it may not be seen ("không tìm thấy hồ sơ").'),
  TransitionNotAllowed: builder.objectRef<Failure>('TransitionNotAllowed').implement({
    interfaces: [FailureInterface],
    description: 'The dossier does not stand where this may be done ("trạng thái không cho phép").',
    fields: (t) => ({
      status: t.string({ description: 'Where it stands ("trạng thái hiện tại").', resolve: (failure) => fact(failure, 'status') }),
      allowed: t.stringList({ description: 'What may be done now ("việc được phép").', resolve: allowedIn }),
    }),
  }),
  SupplementAlreadyRequested: simple('SupplementAlreadyRequested', 'A supplement was asked for before; the law allows one request (NĐ 61/2018/NĐ-CP) ("đã yêu cầu bổ sung một lần").'),
  LinkedDossier: builder.objectRef<Failure>('LinkedDossier').implement({
    interfaces: [FailureInterface],
    description: 'The dossier is part of a linked application, whose acts the engine plays ("hồ sơ liên thông").',
    fields: (t) => ({ bundleCode: t.string({ description: 'The linked application ("mã hồ sơ liên thông").', resolve: (failure) => fact(failure, 'bundle') }) }),
  }),
  FeeChanged: builder.objectRef<Failure>('FeeChanged').implement({
    interfaces: [FailureInterface],
    description: 'Another amount is due than the one that was told; nothing was asked for ("mức thu đã thay đổi").',
    fields: (t) => ({
      amount: t.field({ type: 'Dong', description: 'What is due ("số tiền phải nộp").', resolve: ({ facts }) => Number(facts['amount']) }),
      told: t.field({ type: 'Dong', description: 'What was told ("số tiền đã báo").', resolve: ({ facts }) => Number(facts['told']) }),
      feeSource: t.string({ description: 'Where the fee is laid down ("căn cứ thu").', resolve: (failure) => fact(failure, 'source') }),
    }),
  }),
  NothingToPay: builder.objectRef<Failure>('NothingToPay').implement({
    interfaces: [FailureInterface],
    description: 'Nothing is due: the procedure is free for this way of filing, or all is paid ("không có khoản phải nộp").',
    fields: (t) => ({
      fee: t.field({ type: 'Dong', description: 'The fee by law ("mức thu theo quy định").', resolve: ({ facts }) => Number(facts['fee']) }),
      paid: t.field({ type: 'Dong', description: 'What was paid and not paid back ("đã nộp").', resolve: ({ facts }) => Number(facts['paid']) }),
    }),
  }),
  IncidentNotFound: simple('IncidentNotFound', 'There is no such incident, or it may not be seen ("không tìm thấy sự cố").'),
  IncidentOver: builder.objectRef<Failure>('IncidentOver').implement({
    interfaces: [FailureInterface],
    description: 'The incident is over already ("sự cố đã được xử lý").',
    fields: (t) => ({ resolvedAt: t.field({ type: 'DateTime', description: 'Since when ("đã xử lý lúc").', resolve: (failure) => fact(failure, 'resolvedAt') }) }),
  }),
  CauseStands: builder.objectRef<Failure>('CauseStands').implement({
    interfaces: [FailureInterface],
    description: 'The cause of the incident still stands, so that nobody may put it aside; it closes by itself when the cause is gone ("nguyên nhân sự cố vẫn còn").',
    fields: (t) => ({ allowed: t.stringList({ description: 'The mutations that help against it ("việc được phép").', resolve: allowedIn }) }),
  }),
  StepNotFound: simple('StepNotFound', 'There is no such linked application or act, or it may not be seen ("không tìm thấy bước").'),
  RetryNotAllowed: builder.objectRef<Failure>('RetryNotAllowed').implement({
    interfaces: [FailureInterface],
    description: 'Nothing waits there for another try ("không có gì để thử lại").',
    fields: (t) => ({
      state: t.string({ description: 'Where it stands ("tình trạng hiện tại").', resolve: (failure) => fact(failure, 'state') }),
      allowed: t.stringList({ description: 'The mutations that may be used now ("việc được phép").', resolve: allowedIn }),
    }),
  }),
} satisfies Record<FailureName, unknown>;

function simple(name: FailureName, description: string) {
  return builder.objectRef<Failure>(name).implement({ interfaces: [FailureInterface], description, fields: () => ({}) });
}
