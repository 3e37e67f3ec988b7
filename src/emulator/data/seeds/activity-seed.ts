import type { JsonObject } from '../json';
import { SeededRandom } from '../seeded-random';
import { toServerTime } from '../server-time';
import { createDates, getFolderIds, toKey } from './seed-parts';

/** Creates the types of data extract of a business unit. */
export function seedExtractTypes(businessUnitId: number): JsonObject[] {
  const seeded = new SeededRandom(`extract types of ${businessUnitId}`);
  return ['Data Extension Extract', 'Tracking Extract', 'Convert XML', 'Zip'].map((name) => ({
    name,
    extractId: seeded.guid(),
  }));
}

/** Creates the data extract activities of a business unit. */
export function seedDataExtracts(businessUnitId: number): JsonObject[] {
  const seeded = new SeededRandom(`data extracts of ${businessUnitId}`);
  const [type] = seedExtractTypes(businessUnitId);
  return ['Orders Extract', 'Subscribers Extract'].map((name) => {
    const { created, modified } = createDates(seeded);
    return {
      dataExtractDefinitionId: seeded.guid(),
      name,
      key: toKey(name),
      description: '',
      dataExtractTypeId: type?.['extractId'],
      fileSpec: `${toKey(name)}-%%Year%%-%%Month%%-%%Day%%.csv`,
      createdDate: toServerTime(created),
      modifiedDate: toServerTime(modified),
      createdBy: 1,
      modifiedBy: 1,
      intervalType: 0,
      dataFields: [
        { name: 'ColumnDelimiter', type: 'string', value: ',' },
        { name: 'DECustomerKey', type: 'string', value: name.split(' ')[0] },
        { name: 'HasColumnHeaders', type: 'bool', value: 'True' },
      ],
    };
  });
}

/** Creates the file locations of a business unit. */
export function seedFileLocations(businessUnitId: number): JsonObject[] {
  const seeded = new SeededRandom(`file locations of ${businessUnitId}`);
  return [
    { name: 'Salesforce Objects & Reports', id: seeded.guid(), locationTypeId: 4 },
    {
      name: 'ExactTarget Enhanced FTP',
      id: seeded.guid(),
      locationTypeId: 0,
      relPath: 'ExactTarget Enhanced FTP',
    },
  ];
}

/** Creates the file transfer activities of a business unit. */
export function seedFileTransfers(businessUnitId: number): JsonObject[] {
  const seeded = new SeededRandom(`file transfers of ${businessUnitId}`);
  const [, ftp] = seedFileLocations(businessUnitId);
  return ['Unpack Orders'].map((name) => {
    const { created, modified } = createDates(seeded);
    return {
      id: seeded.guid(),
      name,
      description: '',
      customerKey: toKey(name),
      createdDate: toServerTime(created),
      modifiedDate: toServerTime(modified),
      fileSpec: 'orders-*.zip',
      isCompressed: true,
      isEncrypted: false,
      isFileSpecLocalized: false,
      isPgp: false,
      isUpload: false,
      maxFileAge: 0,
      maxFileAgeScheduleOffset: 0,
      maxImportFrequency: 0,
      fileTransferLocationId: ftp?.['id'],
    };
  });
}

/** Creates the script activities of a business unit. */
export function seedScripts(businessUnitId: number): JsonObject[] {
  const seeded = new SeededRandom(`scripts of ${businessUnitId}`);
  const [categoryId] = getFolderIds(businessUnitId, 'ssjsactivity');
  return ['Clean Up', 'Count Rows'].map((name) => {
    const { created, modified } = createDates(seeded);
    return {
      ssjsActivityId: seeded.guid(),
      name,
      key: toKey(name),
      description: '',
      script: '<script runat="server">\nPlatform.Load("Core", "1");\n</script>',
      categoryId,
      createdDate: toServerTime(created),
      modifiedDate: toServerTime(modified),
    };
  });
}
