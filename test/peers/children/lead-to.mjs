import https from 'node:https';

/** Has every host name lead to a port of this machine for Node's own client; certificates and names are checked as ever. */
export function leadAllTo(port) {
  const { createConnection } = https.globalAgent;
  https.globalAgent.createConnection = (options, callback) =>
    createConnection.call(
      https.globalAgent,
      { ...options, host: '127.0.0.1', port, servername: options.servername ?? options.host },
      callback,
    );
}
