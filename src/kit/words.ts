/** The two languages in which the hub speaks to people. */
export type Lang = 'vi' | 'en';

/** One message in both languages: Vietnamese for citizens and officers, English beside it. */
export type Words = Readonly<Record<Lang, string>>;

/** Builds a message from its two wordings. */
export function words(vi: string, en: string): Words {
  return { vi, en };
}
