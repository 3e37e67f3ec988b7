import type { JsonObject } from '../json';
import { SeededRandom } from '../seeded-random';
import { toServerTime, toTrimmedTime } from '../server-time';

const AUDIT_EVENT_COUNT = 61;
const DELETE_REQUEST_COUNT = 44;

/** Creates the audit events of a business unit, oldest first. */
export function seedAuditEvents(businessUnitId: number): JsonObject[] {
  const seeded = new SeededRandom(`audit events of ${businessUnitId}`);
  const firstId = seeded.integer(1_000, 9_000) * 1_000;
  return Array.from({ length: AUDIT_EVENT_COUNT }, (_, index) => {
    const userId = seeded.integer(1, 4);
    return {
      id: firstId + index,
      createdDate: toServerTime(seeded.time()),
      memberId: businessUnitId,
      employee: { id: userId, employeeName: `Content Editor ${userId}`, userName: `editor-${userId}` },
      objectType: { id: 73, name: 'DataExtractActivity' },
      operation: { id: 8, name: 'Start' },
      object: { id: seeded.guid(), name: 'Orders Extract' },
      transactionId: seeded.guid(),
    };
  });
}

/** Creates the requests to delete contacts of a business unit, latest first. */
export function seedContactDeletes(businessUnitId: number): JsonObject[] {
  const seeded = new SeededRandom(`contact deletes of ${businessUnitId}`);
  const lastId = seeded.integer(20_000, 90_000);
  return Array.from({ length: DELETE_REQUEST_COUNT }, (_, index) => {
    const received = Math.floor(seeded.time() / 60_000) * 60_000;
    return {
      operationId: lastId - index,
      totalContactCount: 1,
      completedContactCount: 1,
      receivedDateUtc: toTrimmedTime(received),
      status: 'Completed',
      lastStatusDateUtc: toTrimmedTime(received + seeded.integer(1, 14 * 24 * 60) * 60_123),
      deleteMethod: 'Contact Key/ID',
    };
  });
}

/** Creates the root tags of a business unit. */
export function seedTags(businessUnitId: number): JsonObject[] {
  const seeded = new SeededRandom(`tags of ${businessUnitId}`);
  const firstId = (businessUnitId % 100_000) * 100 + 1;
  return ['Season', 'Audience', 'Membership'].map((name, index) => {
    const modifiedDate = toServerTime(Math.floor(seeded.time() / 60_000) * 60_000);
    return { id: firstId + index, name, description: '', modifiedDate, parentId: 0, tags: [] };
  });
}
