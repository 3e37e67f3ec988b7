interface Owner {
  readonly businessUnitId: number;
}

/** One value for each business unit (the data that it starts with), created on first use and kept in memory. */
export class PerBusinessUnit<Value, Key extends Owner = Owner> {
  readonly #values = new Map<number, Value>();
  readonly #create: (owner: Key) => Value;

  /** @param create makes the value of a business unit that is asked for the first time */
  constructor(create: (owner: Key) => Value) {
    this.#create = create;
  }

  get(owner: Key): Value {
    const existing = this.#values.get(owner.businessUnitId);
    if (existing !== undefined) return existing;
    const created = this.#create(owner);
    this.#values.set(owner.businessUnitId, created);
    return created;
  }

  /** Replaces the value of a business unit. */
  set({ businessUnitId }: Owner, value: Value): void {
    this.#values.set(businessUnitId, value);
  }
}
