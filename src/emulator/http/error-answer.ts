import type { Response } from 'express';

/** An error that the emulator answers with. The rules of an endpoint throw it, the endpoint's route sends it. */
export class ErrorAnswer extends Error {
  readonly status: number;
  /** The JSON body. */
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, body: Readonly<Record<string, unknown>>, message = `answered with ${status}`) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

/** Sends an error as JSON. */
export function sendError(res: Response, { status, body }: ErrorAnswer): void {
  res.status(status).json(body);
}
