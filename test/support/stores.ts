import session, { type SessionData } from 'express-session';

type Done = (error?: unknown) => void;

/** A session store in memory that knows the keys it was told to write. */
export class RecordingStore extends session.MemoryStore {
  readonly written: string[] = [];

  override set(sid: string, data: SessionData, done?: Done): void {
    this.written.push(sid);
    super.set(sid, data, done);
  }

  /** Puts a record there, as raw text. */
  plant(sid: string, text: string): void {
    (Reflect.get(this, 'sessions') as Record<string, string>)[sid] = text;
  }

  /** The ids of the grants in it. */
  async grantIds(): Promise<string[]> {
    return Object.entries(await this.records()).flatMap(([key, record]) => {
      const kind: unknown = Reflect.get(Object(Reflect.get(record, 'marketingCloudVault')) as object, 'kind');
      return key.startsWith('mcg_') && kind === 'grant' ? [key.slice('mcg_'.length)] : [];
    });
  }

  /** The ids of the sessions in it. */
  async sessionIds(): Promise<string[]> {
    return Object.keys(await this.records()).filter((key) => !key.startsWith('mcg_'));
  }

  /** All that is in it, as text. */
  async dump(): Promise<string> {
    return JSON.stringify(await this.records());
  }

  /** All that is in it, by key. */
  records(): Promise<Record<string, SessionData>> {
    return new Promise((resolve, reject) => {
      this.all((error, all) => {
        if (error === null || error === undefined) resolve(all ?? {});
        else reject(new Error('The store failed.'));
      });
    });
  }
}

/** A session store whose writes take their time: until then it has the old record. */
export class SlowStore extends RecordingStore {
  constructor(readonly latencyMs: number) {
    super();
  }

  override set(sid: string, data: SessionData, done?: Done): void {
    // As it is now: what the app changes during the write is not part of it.
    const now = JSON.parse(JSON.stringify(data)) as SessionData;
    setTimeout(() => super.set(sid, now, done), this.latencyMs);
  }
}

/** One process's way to a store that others write to. */
export class SharedStore extends session.Store {
  reads = 0;
  readonly #records: session.MemoryStore;

  constructor(records = new session.MemoryStore()) {
    super();
    this.#records = records;
  }

  override get(sid: string, done: (error: unknown, session?: SessionData | null) => void): void {
    this.reads += 1;
    this.onRead();
    this.#records.get(sid, done);
  }

  override set(sid: string, data: SessionData, done?: Done): void {
    this.#records.set(sid, data, done);
  }

  override destroy(sid: string, done?: Done): void {
    this.#records.destroy(sid, done);
  }

  /** Resolves once it has been read so many times more. */
  read(times: number): Promise<void> {
    const last = this.reads + times;
    return new Promise((resolve) => {
      this.onRead = () => (this.reads >= last ? resolve() : undefined);
    });
  }

  private onRead: () => void = () => undefined;
}

/** A session store that can be made to fail to write. */
export class FailingStore extends RecordingStore {
  /** How a write fails, or undefined when it does not. */
  failure: ((sid: string) => 'tells' | 'throws' | 'is silent' | undefined) | undefined;

  override set(sid: string, data: SessionData, done?: Done): void {
    const failure = this.failure?.(sid);
    if (failure === undefined) super.set(sid, data, done);
    else if (failure === 'throws') throw new Error('CANARY of the store');
    else if (failure === 'tells') done?.(new Error('CANARY of the store'));
  }
}

/** An operation of a session store. */
export type Operation = 'get' | 'set' | 'destroy' | 'touch';

/** A session store any operation of which can be made to fail. */
export class UnreliableStore extends RecordingStore {
  /** How an operation fails, or undefined when it does not. */
  failure: ((operation: Operation, sid: string) => 'tells' | 'throws' | 'is silent' | undefined) | undefined;
  /** What its errors say. */
  message = 'CANARY of the store';

  override get(sid: string, done: (error: unknown, session?: SessionData | null) => void): void {
    this.#unlessFailing('get', sid, done, () => super.get(sid, done));
  }

  override set(sid: string, data: SessionData, done?: Done): void {
    this.#unlessFailing('set', sid, done, () => super.set(sid, data, done));
  }

  override destroy(sid: string, done?: Done): void {
    this.#unlessFailing('destroy', sid, done, () => super.destroy(sid, done));
  }

  override touch(sid: string, data: SessionData, done?: Done): void {
    const touch = Reflect.get(session.MemoryStore.prototype, 'touch') as (...args: unknown[]) => void;
    this.#unlessFailing('touch', sid, done, () => touch.call(this, sid, data, done));
  }

  #unlessFailing(operation: Operation, sid: string, done: Done | undefined, act: () => void): void {
    const failure = this.failure?.(operation, sid);
    if (failure === undefined) act();
    else if (failure === 'throws') throw new Error(this.message);
    else if (failure === 'tells') setImmediate(() => done?.(new Error(this.message)));
  }
}
