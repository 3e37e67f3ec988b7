/** The objects that a property holds, such as the `Role`s in `Roles`. */
export interface ObjectList {
  /** The name of each object's element. */
  readonly element: string;
  readonly objects: readonly SoapObject[];
}

/** The value of a property. */
export type SoapValue = string | number | boolean | Date | ObjectList;

/** An object by its properties. A name with a dot, such as `Client.ID`, is a property of an inner object. */
export type SoapObject = Readonly<Record<string, SoapValue | undefined>>;

/** What a property holds: how filters compare it and Describe names it. `objects` cannot be filtered by. */
export type PropertyKind = 'text' | 'number' | 'boolean' | 'date' | 'objects';

/** The properties of a type. A new property is one line in the table of its type. */
export type PropertyTable = Readonly<Record<string, PropertyKind>>;

/** The properties that most types have, in the order of recorded answers. */
export const COMMON_PROPERTIES = {
  CreatedDate: 'date',
  ModifiedDate: 'date',
  ObjectID: 'text',
  CustomerKey: 'text',
  Name: 'text',
} as const satisfies PropertyTable;
