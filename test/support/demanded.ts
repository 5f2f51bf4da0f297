import { loadCatalogue } from '../../src/catalogue/catalogue.ts';
import { isDemandedOnline } from '../../src/catalogue/procedure-papers.ts';

const catalogue = loadCatalogue();

/** The papers that an online application for the procedure must name, each as an entry of a register: enough where a test is about something else. */
export function demandedFor(procedure: string, date = '2025-03-03') {
  const papers = catalogue.findProcedure(procedure, date)?.papers ?? [];
  return papers.filter(isDemandedOnline).map(({ typeCode }) => ({ typeCode, source: { register: { number: '1', issuedOn: '2025-01-02', issuer: 'Cơ quan giả lập' } } }));
}
