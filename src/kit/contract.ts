import type { z } from 'zod';

/** How the bodies of an operation are written. With `text/csv` it is the file that a 200 brings; whatever else comes is JSON. */
export type Media = 'application/json' | 'application/x-www-form-urlencoded' | 'text/xml' | 'text/csv';

/**
 * One exchange of a ministry's document: what may be sent and what may come back, in the ministry's own words.
 * Client, mock, printed contract and tests all read this one object.
 */
export interface Operation<Request extends z.ZodType = z.ZodType, Answers extends AnswerShapes = AnswerShapes> {
  /** Name of the exchange, used in audit lines and as OpenAPI operationId. */
  readonly id: string;
  /** What it is for, one sentence. */
  readonly summary: string;
  readonly method: 'GET' | 'POST';
  /** Path below the ministry's base address, with its query where it has one; `{name}` marks a parameter in either. */
  readonly path: string;
  readonly media: Media;
  /** The namespace of SOAP bodies; only with `text/xml`. */
  readonly namespace?: string;
  /** The body that is sent; absent where there is none. */
  readonly request?: Request;
  /** The bodies that may come back, by HTTP status. */
  readonly answers: Answers;
  /** What tells requests apart for the ministry's authentication: see the ministry's security scheme. `false` = open. */
  readonly secured: boolean;
  /** Where the facts come from: the section of the domain notes and how sure they are. */
  readonly source: string;
}

/** The bodies that may come back, by HTTP status. */
export type AnswerShapes = Readonly<Record<number, z.ZodType>>;

/** A message the ministry sends to us: the callback of an order. */
export interface Callback<Body extends z.ZodType = z.ZodType> {
  readonly id: string;
  readonly summary: string;
  readonly body: Body;
  /** Header that carries the ministry's signature over the raw body; absent where the proof is a field of the body. */
  readonly signatureHeader?: string;
  /** The answer by which the ministry knows that the message was taken; absent where any 2xx says so. */
  readonly reply?: z.ZodType;
  readonly source: string;
}

/** How a caller proves who it is on a ministry's wire, as OpenAPI states it. */
export type SecurityScheme =
  | { readonly type: 'http'; readonly scheme: 'basic' | 'bearer'; readonly description: string }
  | { readonly type: 'apiKey'; readonly in: 'header'; readonly name: string; readonly description: string }
  | { readonly type: 'oauth2'; readonly description: string; readonly flows: { readonly clientCredentials: { readonly tokenUrl: string; readonly scopes: Readonly<Record<string, string>> } } };

/** The whole document of one ministry. */
export interface Contract {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly security: SecurityScheme;
  readonly operations: readonly Operation[];
  readonly callbacks?: readonly Callback[];
}

/** Writes down one exchange; only here so that the types of its bodies are kept. */
export function operation<Request extends z.ZodType, Answers extends AnswerShapes>(exchange: Operation<Request, Answers>): Operation<Request, Answers> {
  return exchange;
}

/** Writes down one callback. */
export function callback<Message extends Callback>(message: Message): Message {
  return message;
}

/** How the answer of an exchange is written: forms are answered in JSON, and so is whatever is not the file that was asked for. */
export function answerMedia({ media }: Pick<Operation, 'media'>, status: number): Media {
  if (media === 'text/xml') return media;
  return media === 'text/csv' && status === 200 ? media : 'application/json';
}

/** The body that an operation sends. */
export type RequestOf<Op extends Operation> = z.input<NonNullable<Op['request']>>;

/** The answers that an operation's contract knows, told apart by status. */
export type AnswerOf<Op extends Operation> = {
  [Status in keyof Op['answers'] & number]: { readonly is: 'answer'; readonly status: Status; readonly body: z.output<Op['answers'][Status]> };
}[keyof Op['answers'] & number];

/** Says where a body leaves its contract, naming fields but never their contents. */
export function problemOf(error: z.ZodError): string {
  return error.issues
    .slice(0, 5) // enough to mend a contract by
    .map((issue) => `${issue.path.join('.') || '(body)'}: ${issue.code}`)
    .join('; ');
}
