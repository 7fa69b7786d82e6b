// What no door names can't be reached.
for (const path of ['rxmpp/dist/esm/index.js', 'rxmpp/client/client.js', 'rxmpp/cli']) {
  try {
    require(path);
    console.log('open', path);
  } catch (error) {
    console.log(error.code);
  }
}
