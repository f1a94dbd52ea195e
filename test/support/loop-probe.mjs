// Loaded into a server (node --import): how long its event loop is held at a time, in milliseconds of the processor, so that
// whatever else the machine does stays out of it. SIGUSR2 has it print the longest since the last time.
let longest = 0;
let before = process.cpuUsage();
setInterval(() => {
  const { user, system } = process.cpuUsage(before);
  before = process.cpuUsage();
  longest = Math.max(longest, (user + system) / 1_000);
}, 1).unref();
process.on("SIGUSR2", () => {
  console.log(JSON.stringify({ heldFor: Math.round(longest) }));
  longest = 0;
});
