import type { NextFunction, Request, Response } from 'express';
import { addToSecurityPolicy, getUser, renderPage } from './render-page';

/** What the Notes page shows: for whom it was made. */
export interface NotesView {
  /** Printed in the page, so that the guard can refuse what a page of another account sends. */
  readonly account: string | undefined;
  readonly businessUnitId: number | undefined;
}

const MAX_NOTES = 100;
/** By account: a note of one business unit is not shown in another. */
const notes = new Map<string, string[]>();

/** A page that stays open: its form is sent by `withSignIn`, and survives the end of the session. */
export async function showNotesPage(req: Request, res: Response): Promise<void> {
  const { account } = req.marketingCloud;
  const { businessUnitId } = await req.marketingCloud.credentials();
  const view: NotesView = { account, businessUnitId };
  // The page has a module of its own, frames the sign-in page, and sends its form by fetch.
  addToSecurityPolicy(res, "script-src 'self'; connect-src 'self'; frame-src 'self'");
  renderPage(req, res, 'notes', 'Notes', view);
}

// #region note
/** Saves a note, and answers with all notes of the account. */
export function saveNote(req: Request, res: Response): void {
  const { account = '' } = req.marketingCloud;
  const text = typeof req.body === 'string' ? req.body.trim().slice(0, 500) : '';
  const saved = [...(notes.get(account) ?? []), ...(text === '' ? [] : [text])].slice(-MAX_NOTES);
  notes.set(account, saved);
  res.json({ notes: saved, user: getUser(req)?.displayName });
}
// #endregion

// #region session-end
/** Ends the session behind the page's back, as its expiry does: to see what `withSignIn` does then. */
export function endSession(req: Request, res: Response, next: NextFunction): void {
  req.session.destroy((error: unknown) => (error === undefined || error === null ? res.sendStatus(204) : next(error)));
}
// #endregion
