import type { RestCaller } from './caller';

/** Something for each business unit, made when the business unit is first called for. */
export class BusinessUnits<T> {
  readonly #made = new Map<number, T>();
  readonly #make: (caller: RestCaller) => T;

  constructor(make: (caller: RestCaller) => T) {
    this.#make = make;
  }

  of(caller: RestCaller): T {
    const known = this.#made.get(caller.businessUnitId);
    if (known !== undefined) return known;
    const made = this.#make(caller);
    this.#made.set(caller.businessUnitId, made);
    return made;
  }
}
