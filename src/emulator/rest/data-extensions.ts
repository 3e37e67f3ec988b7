import { DataExtension } from './data-extension';
import { dataExtensionPlans } from './row-seed';
import type { DataExtensionPlan } from './row-seed';

/** The data extensions of every business unit, made when one is first asked for. REST and SOAP show the same. */
export class DataExtensions {
  readonly #made = new Map<number, readonly DataExtension[]>();
  #added = 0;

  of(businessUnitId: number): readonly DataExtension[] {
    const known = this.#made.get(businessUnitId);
    if (known !== undefined) return known;
    const made = dataExtensionPlans.map((plan) => new DataExtension(plan, businessUnitId));
    this.#made.set(businessUnitId, made);
    return made;
  }

  /** Makes one without rows. */
  add(businessUnitId: number, plan: Pick<DataExtensionPlan, 'key' | 'columns'>): DataExtension {
    this.#added += 1;
    const made = new DataExtension({ ...plan, rows: [0, 0], row: () => ({}) }, businessUnitId, `added ${this.#added}`);
    this.#made.set(businessUnitId, [...this.of(businessUnitId), made]);
    return made;
  }

  remove(businessUnitId: number, dataExtension: DataExtension): void {
    this.#made.set(
      businessUnitId,
      this.of(businessUnitId).filter((one) => one !== dataExtension),
    );
  }

  /** One of a business unit by its key or id, in any letter case. */
  find(businessUnitId: number, member: 'key' | 'id', wanted: string): DataExtension | undefined {
    return this.of(businessUnitId).find((one) => one[member].toLowerCase() === wanted.toLowerCase());
  }
}
