import { HttpResponse } from 'msw';
import type { z } from 'zod';
import { answerMedia, type Media, type Operation } from '../../src/kit/contract.ts';
import { findSoapBody, writeSoap, type SoapBody } from '../../src/kit/soap.ts';

/** Reads a body off the wire; nothing when it is not in that form at all. */
export function findBody(text: string, media: Media): unknown {
  if (media === 'text/xml') return findSoapBody(text);
  if (media === 'text/csv') return text;
  if (media === 'application/x-www-form-urlencoded') return Object.fromEntries(new URLSearchParams(text));
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Writes the body of an answer; forms are answered in JSON. */
export function writeAnswer(status: number, body: unknown, op: Operation): Response {
  const media = answerMedia(op, status);
  const text = media === 'text/xml' ? writeSoap(body as SoapBody, op.namespace ?? '') : media === 'text/csv' ? String(body) : JSON.stringify(body);
  return new HttpResponse(text, { status, headers: { 'content-type': media === 'application/json' ? media : `${media}; charset=utf-8` } });
}

/** Reads the body of an answer as the caller will. */
export function findAnswer(text: string, status: number, op: Operation): unknown {
  return findBody(text, answerMedia(op, status));
}

/** Says in Vietnamese which fields leave the contract; nothing of what stood in them. */
export function sayProblem(error: z.ZodError): string {
  const fields = new Set(
    error.issues.map(({ path, code }) => `${path.join('.') || 'nội dung'} ${code === 'too_big' ? '(vượt quá giới hạn cho phép)' : '(thiếu hoặc sai quy định)'}`),
  );
  return `Dữ liệu gửi đến không đúng quy định: ${[...fields].slice(0, 5).join(', ')}.`; // the first five are enough to mend a form by
}
