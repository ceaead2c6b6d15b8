// Loads plotly.js (from the installed package, served by us) once, when the first picture comes into sight.

// Plotly writes its rules into <style> elements, which our content security policy refuses unless they carry the
// page's nonce. It looks for them by these ids first, so they are made here, empty and with the nonce. The second id
// is that of its map library: what it would write there is not needed. See docs/decisions/0003-style-attributes.md.
const STYLES = ["plotly.js-style-global", "9f215cf04c5486422605d13261cb87401f4e7763b6296af81e98efbc0130da53"];

let loading;

function makeStyles() {
  const nonce = document.querySelector("script[nonce]")?.nonce ?? "";
  for (const id of STYLES) {
    if (document.getElementById(id)) continue;
    const style = document.createElement("style");
    style.id = id;
    style.nonce = nonce;
    document.head.append(style);
  }
}

export function loadPlotly(address) {
  loading ??= new Promise((resolve, reject) => {
    makeStyles();
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      loading = undefined;
      script.remove();
      reject(new Error("The drawing library could not be loaded."));
    };
    document.head.append(script);
  });
  return loading;
}
