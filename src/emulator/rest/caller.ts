/**
 * Who calls the REST API: the account, the user and the rights behind one access token.
 *
 * Two sets of rights meet in a token of a web or public app: what the package was given and what the user may do. `may`
 * answers for both together, `scopes` holds the package's side alone.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/data-access-permissions.html
 */
export interface RestCaller {
  readonly enterpriseId: number;
  readonly businessUnitId: number;
  readonly userId: number | undefined;
  readonly scopes: ReadonlySet<string>;
  /** scopes of the token ∩ permissions of the user */
  may(scope: string): boolean;
}
