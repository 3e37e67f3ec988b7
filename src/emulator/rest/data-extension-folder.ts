import type { Folder, Folders } from './folders';

/** The folder that a data extension stands in: orders are master data, the others are for sends. */
export function dataExtensionFolder(key: string, businessUnitId: number, folders: Folders): Folder | undefined {
  const name = key.startsWith('Order') ? 'Master Data' : 'Sends';
  return folders.of(businessUnitId).find((folder) => folder.contentType === 'dataextension' && folder.name === name);
}
