/** Objects in a property, such as the `Role`s in `Roles`. */
export interface ObjectList {
  /** The element that holds each of them. */
  readonly element: string;
  readonly objects: readonly SoapObject[];
}

export type SoapValue = string | number | boolean | Date | ObjectList;

/** One object by its properties; names with a dot, such as `Client.ID`, stand for an object in it. */
export type SoapObject = Readonly<Record<string, SoapValue | undefined>>;

/** What a property holds, as filters compare it and Describe names it. Lists of objects cannot be filtered by. */
export type PropertyKind = 'text' | 'number' | 'boolean' | 'date' | 'objects';

/** The table of a type's properties: a new property is a line. */
export type PropertyTable = Readonly<Record<string, PropertyKind>>;
