/** The address of the authorization endpoint: https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/authorization-code.html */
export function authorizationEndpoint(authBaseUrl: string): string {
  return `${authBaseUrl}/v2/authorize`;
}
