// Dropping a file onto the import page, and the progress of its upload.
const form = document.querySelector("[data-drop]");
if (form) {
  const zone = form.querySelector("[data-drop-zone]");
  const input = form.querySelector("input[type=file]");
  const bar = form.querySelector("progress");
  const button = form.querySelector("[type=submit]");

  const send = () => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action || location.href);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
    });
    request.addEventListener("load", () => {
      if (request.responseURL && request.status < 400) {
        location.assign(request.responseURL);
        return;
      }
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      const notice = page.querySelector("[data-drop] .notice-error");
      form.querySelector(".notice-error")?.remove();
      if (notice) zone.before(notice);
      else form.submit();
      reset();
    });
    request.addEventListener("error", () => {
      reset();
      form.submit();
    });
    bar.hidden = false;
    button.disabled = true;
    request.send(new FormData(form));
  };
  const reset = () => {
    bar.hidden = true;
    bar.value = 0;
    button.disabled = false;
  };

  for (const kind of ["dragenter", "dragover"]) {
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.add("drop-over");
    });
  }
  for (const kind of ["dragleave", "drop"]) {
    zone.addEventListener(kind, () => zone.classList.remove("drop-over"));
  }
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    send();
  });
  form.addEventListener("submit", (event) => {
    if (!input.files.length) return;
    event.preventDefault();
    send();
  });
}
