import type { Configuration } from '../api/configuration.ts';
import type { FileConfiguration } from './file-configuration.ts';
import type { Reading } from './reading.ts';
import { readClientConnection } from './sections/client-connection.ts';
import { readGangSchedulingManagement } from './sections/gang-scheduling-management.ts';
import { readHealth } from './sections/health.ts';
import { readInternalCertManagement } from './sections/internal-cert-management.ts';
import { readLeaderElection } from './sections/leader-election.ts';
import { readMetrics } from './sections/metrics.ts';
import { readPolicies } from './sections/policies.ts';
import { readTLS } from './sections/tls.ts';
import { readWebhook } from './sections/webhook.ts';

/** Reads each section of a well-formed file, with the mistakes and warnings of all of them. */
export const readSections = (file: FileConfiguration): Reading<Configuration> => {
  const webhook = readWebhook(file.webhook);
  const metrics = readMetrics(file.metrics);
  const health = readHealth(file.health);
  const leaderElection = readLeaderElection(file.leaderElection);
  const internalCertManagement = readInternalCertManagement(file.internalCertManagement);
  const gang = readGangSchedulingManagement(file.gangSchedulingManagement);
  const clientConnection = readClientConnection(file.clientConnection);
  const tls = readTLS(file.tls ?? {});
  const policies = readPolicies(file.policies);

  const all = [webhook, metrics, health, leaderElection, internalCertManagement, gang, clientConnection, tls, policies];
  return {
    value: {
      webhook: webhook.value,
      metrics: metrics.value,
      health: health.value,
      leaderElection: leaderElection.value,
      internalCertManagement: internalCertManagement.value,
      ...(gang.value ? { gangSchedulingManagement: gang.value } : {}),
      clientConnection: clientConnection.value,
      tls: tls.value,
      ...(policies.value.length > 0 ? { policies: policies.value } : {}),
      ...(file.policyFiles && file.policyFiles.length > 0 ? { policyFiles: file.policyFiles } : {}),
    },
    errors: all.flatMap(({ errors }) => errors),
    warnings: all.flatMap(({ warnings }) => warnings),
  };
};
