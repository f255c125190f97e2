import { setTimeout as wait } from 'node:timers/promises';
import { createEngine, warmUpEngine } from '../bench/search/contenders.ts';
import { corpus, pushTo } from '../bench/search/corpus.ts';
import { repeatedMix } from '../bench/search/mix.ts';
import { plainClasses } from '../bench/search/queries.ts';
import { createAnswers } from '../bench/search/answers.ts';
const engine = createEngine(); const names=[]; const records=[];
for (const r of corpus(100000)) { engine.upsert(r); names.push(r.name); if (records.length<10000) records.push(r); }
await warmUpEngine(engine);
const mix = repeatedMix(plainClasses(names).flatMap(({queries})=>queries));
let pv; const answer = createAnswers(engine, () => pv);
let md=0, mdd=0, tmd=0, ts=0, ns=0, tw=0, nw=0;
if (engine.mayDiffer) { const f=engine.mayDiffer; engine.mayDiffer=(...a)=>{ const t=performance.now(); const r=f(...a); tmd+=performance.now()-t; md++; if(r) mdd++; return r; }; }
{ const f=engine.search; engine.search=(...a)=>{ const t=performance.now(); const r=f(...a); ts+=performance.now()-t; ns++; return r; }; }
process.on("uncaughtException", (e)=>console.error(String(e)));
async function drive(rate, every, seconds, on) {
  const start=performance.now(); let asked=0, writes=0; const waiting=[];
  for (let p=0;p<seconds;p=(performance.now()-start)/1000) {
    const due=Math.round(Math.floor(p/every)*every*100);
    if (due>writes && on) { const t=performance.now(); for (let i=writes;i<due;i++) engine.upsert(pushTo(records[i%records.length], i)); tw+=performance.now()-t; nw+=due-writes; pv=engine.version(); }
    writes=due;
    for (;asked<p*rate;asked++) { if (!on) continue; let a; try { a=answer(mix[asked%mix.length]); } catch { continue; } if (a instanceof Promise) waiting.push(a.catch(()=>{})); }
    await wait(1);
  }
  await Promise.all(waiting);
}
process.on('message', async ([rate, every, seconds]) => {
  md=mdd=tmd=ts=ns=tw=nw=0; const c=process.cpuUsage(); const t=performance.now();
  await drive(rate, every, seconds, true);
  const u=process.cpuUsage(c); const s=(performance.now()-t)/1000;
  const c2=process.cpuUsage(); const t2=performance.now(); await drive(rate, every, 2, false); const u2=process.cpuUsage(c2); const s2=(performance.now()-t2)/1000;
  let x=0; const t3=performance.now(); for(let i=0;i<2e7;i++) x+=i%7; const loop=performance.now()-t3;
  process.send({cores:((u.user+u.system)/1e6/s-(u2.user+u2.system)/1e6/s2).toFixed(3), md, mdd, mdMs:tmd.toFixed(0), ns, searchMs:ts.toFixed(0), nw, writeUs:(tw/nw*1000).toFixed(0), loop:loop.toFixed(0)});
});
process.send('ready');
process.on('disconnect', () => process.exit());
