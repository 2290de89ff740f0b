// Sets the colour scheme before anything is painted; "auto" follows the system.
(() => {
  "use strict";
  const schemes = ["auto", "light", "dark"];
  let scheme = "auto";
  try {
    scheme = localStorage.getItem("report-scheme") || "auto";
  } catch {
    // A browser may refuse storage to local files; the choice then lasts as long as the page.
  }
  const root = document.documentElement;
  const apply = () => {
    root.dataset.scheme = schemes.includes(scheme) ? scheme : "auto";
  };
  apply();
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    const show = () => {
      button.textContent = `Colours: ${root.dataset.scheme}`;
    };
    button.hidden = false;
    show();
    button.addEventListener("click", () => {
      scheme = schemes[(schemes.indexOf(root.dataset.scheme) + 1) % schemes.length];
      apply();
      show();
      try {
        localStorage.setItem("report-scheme", scheme);
      } catch {
        // As above.
      }
    });
  });
})();
