import { Transform, type TransformCallback } from 'node:stream';
import { fileTypeFromBuffer } from 'file-type';
import { words } from '../kit/words.ts';
import { PaperRefused, cutOff, paperProblem, type PaperProblem } from './paper-problem.ts';

/** What a paper may be, and how a whole one ends. */
const papers = {
  'application/pdf': { ending: 'pdf', isWhole: (tail: Buffer) => tail.includes('%%EOF') },
  'image/jpeg': { ending: 'jpg', isWhole: (tail: Buffer) => tail.includes(Buffer.from([0xff, 0xd9])) }, // end of image; inside a scan every FF is followed by 00 or a restart mark
  'image/png': { ending: 'png', isWhole: (tail: Buffer) => tail.includes(Buffer.from('0000000049454e44ae426082', 'hex')) }, // the IEND chunk with its checksum
} as const;

/** What a paper may be. */
export type PaperMedia = keyof typeof papers;

/** Every media type that is taken. */
export const paperMedia = Object.keys(papers) as PaperMedia[];

/** The ending of a file's name by what it is. */
export function endingOf(media: PaperMedia): string {
  return papers[media].ending;
}

/** A paper may be this long, bytes: what the national portal takes per file, and twenty pages scanned in colour at 150 dpi. */
export const LONGEST_PAPER = 10 * 1024 * 1024;

/** So much of the beginning is looked at, bytes: a picture carries profiles and notes of its camera before the image itself. */
const HEAD = 256 * 1024;

/** In so much of the end its mark must stand, bytes: readers of PDF look for %%EOF in the last kilobyte (ISO 32000-1, note to 7.5.5). */
const TAIL = 1024;

/** Media types by which a sender says nothing: curl's for --data-binary, and that of bytes in general. */
const SAYS_NOTHING: readonly string[] = ['', 'application/x-www-form-urlencoded', 'application/octet-stream', 'binary/octet-stream'];

/** Other words for the same. */
const SYNONYMS: Readonly<Record<string, PaperMedia>> = { 'image/jpg': 'image/jpeg', 'image/pjpeg': 'image/jpeg', 'application/x-pdf': 'application/pdf' };

/** What is known of a paper that came through. */
export interface Inspection extends Transform {
  /** What it is; known when the stream has ended well. */
  readonly media: PaperMedia;
}

/**
 * Lets a paper through and looks at it: how long it is, what it is, whether it is what was stated, and whether it is
 * whole. Ends in `PaperRefused` before its last byte has gone through when something is wrong. `verdict` is waited for at
 * the end: what only the whole request tells.
 */
export function inspectPaper(stated: string | undefined, verdict: () => Promise<PaperProblem | undefined>): Inspection {
  const head: Buffer[] = [];
  let tail: Buffer = Buffer.alloc(0);
  let size = 0;
  let media: PaperMedia | undefined;

  async function judge(): Promise<PaperProblem | undefined> {
    if (size === 0) return paperProblem('PAPER_EMPTY', words('Giấy tờ không có nội dung.', 'The paper is empty.'), words('tệp PDF, JPEG hoặc PNG có nội dung', 'a PDF, JPEG or PNG with something in it'));
    const found = await fileTypeFromBuffer(Buffer.concat(head));
    media = paperMedia.find((known) => known === found?.mime);
    if (!media) return unknownType();
    const says = mediaOf(stated);
    if (says !== undefined && says !== media) return contradiction(media);
    if (!papers[media].isWhole(tail)) return cutOff();
    return verdict();
  }

  const inspection = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const begun = size;
      size += chunk.length;
      if (size > LONGEST_PAPER) return done(new PaperRefused(tooLarge()));
      if (begun < HEAD) head.push(chunk);
      tail = Buffer.concat([tail, chunk.subarray(-TAIL)]).subarray(-TAIL);
      done(null, chunk);
    },
    flush(done: TransformCallback) {
      judge().then(
        (problem) => done(problem ? new PaperRefused(problem) : null),
        (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
      );
    },
  });
  return Object.defineProperty(inspection, 'media', {
    get() {
      if (!media) throw new Error('What the paper is, is known at its end.');
      return media;
    },
  }) as Inspection;
}

/** The problem of a paper that is longer than allowed. */
export function tooLarge(): PaperProblem {
  const most = `${LONGEST_PAPER / 1024 / 1024} MB`;
  return paperProblem('PAPER_TOO_LARGE', words(`Giấy tờ lớn quá ${most}.`, `The paper is larger than ${most}.`), words(`nhiều nhất ${most}; chia thành nhiều tệp hoặc quét với độ phân giải thấp hơn`, `at most ${most}; split it, or scan it at a lower resolution`));
}

const RIGHT = words('PDF, JPEG hoặc PNG', 'PDF, JPEG or PNG');

function unknownType(): PaperProblem {
  return paperProblem('PAPER_TYPE_UNKNOWN', words('Nội dung không phải là PDF, JPEG hay PNG.', 'The content is no PDF, JPEG or PNG.'), RIGHT);
}

function contradiction(media: PaperMedia): PaperProblem {
  return paperProblem('PAPER_TYPE_CONTRADICTS', words(`Kiểu tệp khai báo không khớp nội dung: nội dung là ${media}.`, `The stated type does not fit the content, which is ${media}.`), words(`Content-Type: ${media}, hoặc bỏ trống`, `Content-Type: ${media}, or none`));
}

/** The media type that was stated, without its parameters; nothing where the words say nothing. */
function mediaOf(stated: string | undefined): string | undefined {
  const type = (stated ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return SAYS_NOTHING.includes(type) ? undefined : (SYNONYMS[type] ?? type);
}
