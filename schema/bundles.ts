import type { Bundle } from '../src/bundles/bundle.ts';
import type { Catalogue } from '../src/catalogue/catalogue.ts';
import { states, statuses, allowedActions, findNext } from '../src/dossiers/states.ts';

/** Draws every linked procedure with its acts, desks and limits, and the life of a dossier, as Markdown with Mermaid pictures. */
export function drawBundles(bundles: readonly Bundle[], catalogue: Catalogue): string {
  return [
    '# Linked procedures and the life of a dossier',
    '',
    'Printed by `npm run print` from `src/bundles`, `src/catalogue/data` and `src/dossiers/states.ts`.',
    '',
    ...bundles.flatMap((bundle) => drawBundle(bundle, catalogue)),
    '## A dossier',
    '',
    '```mermaid',
    'stateDiagram-v2',
    '  [*] --> REGISTERED',
    ...statuses.flatMap((status) => allowedActions(status).map((action) => `  ${status} --> ${findNext(status, action)}: ${action}`)),
    '```',
    '',
    '| code | status | Vietnamese |',
    '|---|---|---|',
    ...statuses.map((status) => `| ${states[status].code} | ${status} | ${states[status].title.vi} |`),
    '',
  ].join('\n');
}

function drawBundle(bundle: Bundle, catalogue: Catalogue): string[] {
  const procedure = catalogue.findProcedure(bundle.procedure, bundle.from);
  const limit = (term: { amount: number; unit: string } | undefined) => (!term ? '?' : term.amount === 0 ? 'same day' : `${term.amount} ${term.unit.toLowerCase().replace('_', ' ')}s`);
  const partOf = (act: string) => procedure?.parts.find((part) => part.act === act);
  return [
    `## ${bundle.name}, procedure ${bundle.procedure}, in force from ${bundle.from}`,
    '',
    procedure ? `${procedure.name.vi} (${procedure.name.en}). The whole: ${limit(procedure.term)} (${procedure.term.source}).` : '',
    '',
    '```mermaid',
    'flowchart LR',
    '  filed([filed])',
    ...bundle.acts.map(({ name, act }) => `  ${name}["${act.title.vi}<br/>${act.system.name}, ${limit(partOf(name)?.term)}"]`),
    ...bundle.acts.flatMap(({ name, after }) => (after.length === 0 ? [`  filed --> ${name}`] : after.map((earlier) => `  ${earlier} --> ${name}`))),
    '```',
    '',
    '| act | what | system | desk | limit | source | how sure |',
    '|---|---|---|---|---|---|---|',
    ...bundle.acts.map(({ name, act }) => {
      const part = partOf(name);
      return `| ${name} | ${act.title.vi} (${act.title.en}) | ${act.system.name} | ${part?.desk ?? '?'} | ${limit(part?.term)} | ${part?.term.source ?? '?'} | ${part?.term.confidence ?? '?'} |`;
    }),
    '',
  ];
}
