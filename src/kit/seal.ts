import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';

/**
 * Makes the opaque words the hub hands out: cursors and node ids. What is inside cannot be read or forged without
 * the hub's key, and the same content always gives the same word.
 */
export interface Seal {
  /** Closes the content into a word that is safe in a URL. `kind` keeps a cursor from passing for an id. */
  close(kind: string, content: string): string;
  /** The content, or nothing when the word is malformed, foreign or of another kind. */
  open(kind: string, word: string): string | undefined;
  /** A keyed fingerprint of something that must be recognised but never read, such as a personal number. */
  fingerprint(content: string): string;
}

const IV_BYTES = 12; // GCM's own nonce length
const TAG_BYTES = 16; // GCM's full tag

/** Builds the seal from the hub's 32-byte key. */
export function createSeal(key: Buffer): Seal {
  const mac = (purpose: string, content: string) => createHmac('sha256', key).update(`${purpose}\0${content}`).digest();
  const cipherKey = mac('cipher key', '');
  return {
    close(kind, content) {
      const iv = mac(`iv ${kind}`, content).subarray(0, IV_BYTES); // derived from the content: deterministic, never two contents under one nonce
      const cipher = createCipheriv('aes-256-gcm', cipherKey, iv).setAAD(Buffer.from(kind));
      const body = Buffer.concat([cipher.update(content, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
    },
    open(kind, word) {
      const bytes = Buffer.from(word, 'base64url');
      if (bytes.length < IV_BYTES + TAG_BYTES || bytes.toString('base64url') !== word) return undefined;
      try {
        const decipher = createDecipheriv('aes-256-gcm', cipherKey, bytes.subarray(0, IV_BYTES))
          .setAAD(Buffer.from(kind))
          .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
        return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
      } catch {
        return undefined;
      }
    },
    fingerprint: (content) => mac('fingerprint', content).toString('base64url'),
  };
}
