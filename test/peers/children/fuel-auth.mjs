import FuelAuth from 'fuel-auth';
import { answering } from './answering.mjs';

let fuel;

answering({
  configure({ clientID, clientSecret, authUrl, ...authOptions }) {
    fuel = new FuelAuth({
      clientId: clientID,
      clientSecret,
      authUrl,
      authOptions: { authVersion: 2, ...authOptions },
    });
  },

  async getAccessToken({ force }) {
    return { ...(await fuel.getAccessToken({ force })), kept: fuel.accessToken };
  },
});
