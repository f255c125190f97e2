import { parts } from './testing/parts.ts';
for (const p of parts) { console.log(new Date().toISOString(), p.name); await p.prepare(); }
console.log(new Date().toISOString(), 'done'); process.exit();
