/** `npm run gallery`: the gallery on loopback until it is interrupted. */
import { serveGallery } from './server.js';

const { address } = await serveGallery(Number(process.env['PORT'] ?? 0));
process.stdout.write(`${address}\n`);
