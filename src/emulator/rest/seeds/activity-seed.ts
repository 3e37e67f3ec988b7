import type { JsonObject } from '../json';
import { Seeded } from '../seeded';
import { serverTime } from '../server-time';
import { datesFrom, folderIds, keyOf } from './seed-parts';

/** The kinds of data extract that Automation Studio offers: a bare list of names and ids. */
export function seedExtractTypes(businessUnitId: number): JsonObject[] {
  const seeded = new Seeded(`extract types of ${businessUnitId}`);
  return ['Data Extension Extract', 'Tracking Extract', 'Convert XML', 'Zip'].map((name) => ({
    name,
    extractId: seeded.guid(),
  }));
}

/** The data extract activities of a business unit. */
export function seedDataExtracts(businessUnitId: number): JsonObject[] {
  const seeded = new Seeded(`data extracts of ${businessUnitId}`);
  const [type] = seedExtractTypes(businessUnitId);
  return ['Orders Extract', 'Subscribers Extract'].map((name) => {
    const { created, modified } = datesFrom(seeded);
    return {
      dataExtractDefinitionId: seeded.guid(),
      name,
      key: keyOf(name),
      description: '',
      dataExtractTypeId: type?.['extractId'],
      fileSpec: `${keyOf(name)}-%%Year%%-%%Month%%-%%Day%%.csv`,
      createdDate: serverTime(created),
      modifiedDate: serverTime(modified),
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

/** The file locations of a business unit. */
export function seedFileLocations(businessUnitId: number): JsonObject[] {
  const seeded = new Seeded(`file locations of ${businessUnitId}`);
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

/** The file transfer activities of a business unit. */
export function seedFileTransfers(businessUnitId: number): JsonObject[] {
  const seeded = new Seeded(`file transfers of ${businessUnitId}`);
  const [, ftp] = seedFileLocations(businessUnitId);
  return ['Unpack Orders'].map((name) => {
    const { created, modified } = datesFrom(seeded);
    return {
      id: seeded.guid(),
      name,
      description: '',
      customerKey: keyOf(name),
      createdDate: serverTime(created),
      modifiedDate: serverTime(modified),
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

/** The script activities of a business unit. */
export function seedScripts(businessUnitId: number): JsonObject[] {
  const seeded = new Seeded(`scripts of ${businessUnitId}`);
  const [categoryId] = folderIds(businessUnitId, 'ssjsactivity');
  return ['Clean Up', 'Count Rows'].map((name) => {
    const { created, modified } = datesFrom(seeded);
    return {
      ssjsActivityId: seeded.guid(),
      name,
      key: keyOf(name),
      description: '',
      script: '<script runat="server">\nPlatform.Load("Core", "1");\n</script>',
      categoryId,
      createdDate: serverTime(created),
      modifiedDate: serverTime(modified),
    };
  });
}
