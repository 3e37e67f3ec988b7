import session, { type SessionData } from 'express-session';

type Done = (error?: unknown) => void;

/** A session store in memory that knows the keys it was told to write. */
export class RecordingStore extends session.MemoryStore {
  readonly written: string[] = [];

  override set(sid: string, data: SessionData, done?: Done): void {
    this.written.push(sid);
    super.set(sid, data, done);
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
    // As it is now: what the app changes meanwhile is not part of this write.
    const now = JSON.parse(JSON.stringify(data)) as SessionData;
    setTimeout(() => super.set(sid, now, done), this.latencyMs);
  }
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
