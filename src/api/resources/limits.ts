// Every bound that a client may meet, in one answer.
import { MAX_RECIPIENTS } from '../../accept/bounds.ts';
import { LIMITED_RECIPIENTS } from '../../identify/standing.ts';
import { DAILY, FREQUENCY, SANDBOX } from '../../levels/levels.ts';
import * as scan from '../../scan/bounds.ts';
import * as score from '../../score/bounds.ts';
import { DAYS_KEPT, HOURS_ASKED } from '../../statistics/bounds.ts';
import * as batch from '../../batches/bounds.ts';
import * as list from '../../lists/bounds.ts';
import * as template from '../../templates/bounds.ts';
import * as library from '../../library/bounds.ts';
import * as bounds from '../bounds.ts';
import { MAX_PAGE } from '../pages.ts';
import type { Resource } from '../types.ts';

export const limits: Resource = (app, { config }) => {
  app.get('/v1/limits', { config: { access: 'public' } }, async () => ({
    messageSize: config.messageSize,
    recipientsPerEmail: bounds.MAX_RECIPIENTS,
    recipientsPerTransaction: MAX_RECIPIENTS,
    attachmentsPerEmail: bounds.MAX_ATTACHMENTS,
    unpackedBytesPerEmail: scan.MAX_UNPACKED,
    unpackedThingsPerEmail: scan.MAX_ITEMS,
    archiveDepth: scan.MAX_DEPTH,
    emailsPerBatch: bounds.MAX_BATCH,
    tagsPerEmail: bounds.MAX_TAGS,
    scheduleAheadSeconds: bounds.MAX_AHEAD_MS / 1000,
    pageSize: MAX_PAGE,
    connectionsPerPeer: config.connectionLimit,
    newConnectionsPerMinute: config.connectionLimit * 10,
    contentLifetimeSeconds: config.contentLifetimeMs / 1000,
    metadataLifetimeSeconds: config.metadataLifetimeMs / 1000,
    statisticsDays: DAYS_KEPT,
    statisticsHours: HOURS_ASKED,
    sandbox: SANDBOX,
    frequencyByRule: FREQUENCY,
    levels: DAILY,
    signUpsPerHour: bounds.SIGN_UPS_PER_HOUR,
    feedbackPerMinute: bounds.FEEDBACK_PER_MINUTE,
    templates: template.MAX_TEMPLATES,
    templateSize: template.MAX_TEMPLATE,
    templateVariables: template.MAX_NAMES,
    templatePlaces: template.MAX_PLACES,
    templateDataSize: template.MAX_DATA,
    lists: list.MAX_LISTS,
    recipientsPerList: list.MAX_LIST,
    recipientsPerImport: list.MAX_CALL,
    recipientDataSize: template.MAX_RECIPIENT_DATA,
    batches: batch.MAX_BATCHES,
    recipientsPerBatchCall: batch.MAX_RECIPIENTS,
    batchAheadSeconds: batch.MAX_AHEAD_MS / 1000,
    cycleSeconds: batch.LEAST_CYCLE_SECONDS,
    blockedChecksPerMinute: bounds.CHECKS_PER_MINUTE,
    blockedEntriesInLists: library.ENTRIES_OF_ACCOUNT,
    blockedEntriesInAll: library.ENTRIES_IN_ALL,
    blockedLists: library.LISTS_OF_ACCOUNT,
    blockedImportBytes: library.UPLOAD_OF_ACCOUNT,
    blockedImportsWaiting: library.WAITING,
    feeds: library.FEEDS,
    feedBytes: library.FEED_BYTES,
    previewBytes: bounds.PREVIEW_BYTES,
    streamsPerSession: bounds.STREAMS_PER_SESSION,
    appealsPerHour: bounds.APPEALS_PER_HOUR,
    dryRunsPerMinute: bounds.DRY_RUNS_PER_MINUTE,
    limitedRecipientsPerMinute: LIMITED_RECIPIENTS,
    webhookTestsPerMinute: bounds.WEBHOOK_TESTS_PER_MINUTE,
    scoreAddresses: score.ADDRESSES,
    scoreMailsPerHour: score.MAILS_PER_HOUR,
  }));
};
