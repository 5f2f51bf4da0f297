import { builder } from '../graph/builder.ts';
// The list of everything that adds to the graph: one line per file.
import '../graph/event.ts';
import '../graph/failures.ts';
import '../graph/system.ts';
import '../catalogue/agency-graph.ts';
import '../catalogue/due-date-graph.ts';
import '../catalogue/graph.ts';
import '../systems/ndxp/graph.ts';
import '../systems/population/graph.ts';
import '../systems/residence/graph.ts';
import '../systems/civil-status/graph.ts';
import '../systems/business/graph.ts';
import '../systems/paygov/graph.ts';
import '../systems/social-insurance/graph.ts';
import '../dossiers/graph.ts';
import '../dossiers/document-graph.ts';
import '../dossiers/form-graph.ts';
import '../dossiers/incident-graph.ts';
import '../dossiers/mutations.ts';
import '../payments/mutations.ts';
import '../payments/statistics-graph.ts';
import '../dossiers/paper-graph.ts';
import '../bundles/graph.ts';
import '../bundles/mutations.ts';
import '../bundles/prefill-graph.ts';
import '../joins/bundle-child.ts';
import '../joins/business-dossiers.ts';
import '../joins/dossier-applicant.ts';
import '../joins/dossier-business.ts';
import '../joins/dossier-bundle.ts';
import '../joins/dossier-payments.ts';
import '../joins/person-civil-records.ts';
import '../joins/person-dossiers.ts';
import '../joins/person-health-card.ts';

/** The executable schema of the hub. */
export const schema = builder.toSchema();
