// An ordinary file: no model is defined here.
function add(a, b) {
  return a + b;
}
module.exports = { add };
