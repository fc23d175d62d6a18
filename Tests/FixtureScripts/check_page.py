#!/usr/bin/env python3
"""Uses the page of `unet serve` in a real browser: drops an image, moves the threshold, downloads, corrects, saves, and trains with the
correction by the commands that the page shows.

  apt-get install chromium-driver
  pip install numpy tifffile imagecodecs selenium
  python3 check_page.py [UNET] [FOLDER FOR SCREENSHOTS]

UNET is the command (default: .build/release/unet).  Exits with 1 where something is wrong.
"""
import base64, json, pathlib, shutil, subprocess, sys, tempfile, time, urllib.request

import numpy as np
import tifffile
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

EXPERIMENT = """
name: cells
data: {synthetic: {kind: cells, count: 6, size: 256}, hold-out: {share: 0.2}}
network: {levels: 3, width: 8, dropout: 0}
training: {tile: 140, steps: 300, optimizer: adam, rate: 0.002}
evaluation: {every: 100}
"""
DROP = """
const bytes = Uint8Array.from(atob(arguments[0]), c => c.charCodeAt(0)), data = new DataTransfer();
data.items.add(new File([bytes], arguments[1]));
for (const kind of ['dragenter', 'dragover', 'drop'])
  document.getElementById('drop').dispatchEvent(new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true}));
"""
PICTURE = """
const image = document.getElementById('picture'), canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
const context = canvas.getContext('2d');
context.drawImage(image, 0, 0);
return Array.from(context.getImageData(0, 0, canvas.width, canvas.height).data).filter((_, i) => i % 4 < 3);
"""
problems = []


def check(right, words):
    if not right:
        problems.append(words)


class Page:
    def __init__(self, address, downloads):
        options = webdriver.ChromeOptions()
        for word in ["--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1280,1000", "--disable-dev-shm-usage"]:
            options.add_argument(word)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
        self.browser.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(downloads)})
        self.browser.get(address)

    def at(self, name):
        return self.browser.find_element(By.ID, name)

    def wait(self, condition):
        return WebDriverWait(self.browser, 60).until(lambda _: condition())

    def set(self, name, value):
        self.browser.execute_script(
            "const e = document.getElementById(arguments[0]); e.value = arguments[1]; e.dispatchEvent(new Event('input', {bubbles: true}));"
            "e.dispatchEvent(new Event('change', {bubbles: true}));", name, value)

    def view(self, name):
        self.browser.find_element(By.CSS_SELECTOR, f"input[name=view][value={name}]").click()

    def pixels(self):
        return np.array(self.browser.execute_script(PICTURE), np.uint8)

    def screenshots(self, folder, name):
        if not folder:
            return
        for scheme in ["light", "dark"]:
            self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
            for width, kind in [(1280, "desktop"), (390, "phone")]:
                self.browser.execute_cdp_cmd(
                    "Emulation.setDeviceMetricsOverride", {"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": width < 500})
                time.sleep(0.3)
                wide = self.browser.execute_script("return document.documentElement.scrollWidth")
                check(wide <= width, f"{name} is {wide} wide on a screen of {width}")
                shot = self.browser.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
                (folder / f"{name}-{kind}-{scheme}.png").write_bytes(base64.b64decode(shot["data"]))
        self.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def main():
    unet = str(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".build/release/unet").resolve())
    shots = pathlib.Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else None
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "downloads").mkdir()
        (folder / "x.yaml").write_text(EXPERIMENT)
        run = lambda *words: subprocess.run([unet, *words], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        run("train", "x.yaml", "--device", "cpu")
        run("synthesize", "cells", "--output", "new", "--count", "2", "--size", "200", "--seed", "9")
        stack = folder / "new" / "images.tif"
        model = "runs/cells/model.safetensors"
        run("segment", model, str(stack), "--output", "truth", "--device", "cpu", "--threshold", "0.7", "--write", "labels,outlines,overlay")
        server = subprocess.Popen(
            [unet, "serve", model, "--port", "0", "--device", "cpu"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        address = server.stdout.readline().strip()
        page = Page(address, folder / "downloads")
        try:
            use(page, address, folder, stack, run, shots)
        finally:
            log = [x for x in page.browser.get_log("browser") if x["level"] == "SEVERE"]
            check(not log, f"the browser complains: {log[:3]}")
            page.browser.quit()
            server.terminate()
            check(server.wait(60) == 0, "the server ends with another status")
    for problem in problems:
        print("wrong:", problem)
    print(f"{len(problems)} problems")
    sys.exit(1 if problems else 0)


def use(page, address, folder, stack, run, shots):
    page.wait(lambda: "classes" in page.at("model").text)
    page.browser.execute_script(DROP, base64.b64encode(stack.read_bytes()).decode(), "images.tif")
    page.wait(lambda: page.at("work").is_displayed() and page.at("picture").get_attribute("naturalWidth") == "200")
    check(page.at("page-choice").is_displayed(), "a stack has no choice of pages")
    before = page.pixels()
    page.set("threshold", "0.7")
    page.wait(lambda: not np.array_equal(page.pixels(), before))
    truth = tifffile.imread(folder / "truth" / "images-overlay.tif")
    check(np.array_equal(page.pixels().reshape(200, 200, 3), truth[0]), "the outline is not that of unet segment")
    page.set("page", "1")
    page.wait(lambda: np.array_equal(page.pixels().reshape(200, 200, 3), truth[1]))
    page.screenshots(shots, "outline")
    for view in ["image", "probability", "instances"]:
        old = page.at("picture").get_attribute("src")
        page.view(view)
        page.wait(lambda: page.at("picture").get_attribute("src") != old)
        page.screenshots(shots if view == "instances" else None, view)
    for link in page.at("downloads").find_elements(By.TAG_NAME, "a"):
        if link.text in ["labels", "outlines (QuPath)"]:
            page.browser.execute_script("arguments[0].click()", link)
    for name in ["images-labels.tif", "images-outlines.geojson"]:
        path = folder / "downloads" / name
        page.wait(path.exists)
        time.sleep(0.5)
        check(path.read_bytes() == (folder / "truth" / name).read_bytes(), f"{name} is not what unet segment writes")

    # A stroke of cell across the second page, and one of background across that.
    page.view("correct")
    page.wait(lambda: page.at("canvas").is_displayed() and page.at("canvas").get_attribute("width") == "200")
    time.sleep(1)
    box = page.browser.execute_script("const b = document.getElementById('canvas').getBoundingClientRect(); return [b.left, b.top, b.width];")

    def mouse(kind, x, y):
        # In the middle of a pixel of the image.
        page.browser.execute_cdp_cmd("Input.dispatchMouseEvent", {
            "type": kind, "x": box[0] + (x + 0.5) * box[2] / 200, "y": box[1] + (y + 0.5) * box[2] / 200, "button": "left", "buttons": 1, "clickCount": 1})

    for brush, size, (x0, y0), (x1, y1) in [("1", 10, (20, 30), (180, 30)), ("0", 3, (100, 20), (100, 40))]:
        page.set("brush", brush)
        page.set("size", size)
        mouse("mousePressed", x0, y0)
        mouse("mouseMoved", x1, y1)
        mouse("mouseReleased", x1, y1)
    page.screenshots(shots, "correct")
    page.at("save").click()
    page.wait(lambda: "saved as" in page.at("saved").text)
    labels = [p for p in (folder / "serve/corrections/instances/labels").iterdir()]
    check(len(labels) == 1 and labels[0].name.endswith("-page1.tif"), f"labels are {labels}")
    ids = tifffile.imread(labels[0])
    check(np.all(ids[27:33, 25:95] > 0) and np.all(ids[27:33, 106:175] > 0), "the stroke of cell is not in the labels")
    check(np.all(ids[22:39, 100] == 0), "the stroke of background is not in the labels")
    image = tifffile.imread(folder / "serve/corrections/instances/images" / labels[0].name)
    check(np.array_equal(image, tifffile.imread(stack)[1]), "the corrected image is another")
    commands = page.at("commands").text.split("\n")
    # What was painted is there again after another page, and after the page was loaded anew, since it is saved.
    for again in [lambda: (page.set("page", "0"), time.sleep(1), page.set("page", "1")), page.browser.refresh]:
        again()
        if again == page.browser.refresh:
            page.wait(lambda: page.at("images").find_elements(By.TAG_NAME, "button"))
            page.at("images").find_element(By.TAG_NAME, "button").click()
            page.wait(lambda: page.at("work").is_displayed())
            page.set("page", "1")
            page.view("correct")
        page.wait(lambda: "saved" in page.at("saved").text and "not" not in page.at("saved").text)
        time.sleep(1)
        page.at("save").click()
        page.wait(lambda: "saved as" in page.at("saved").text)
        check(np.array_equal(tifffile.imread(labels[0]), ids), "what was saved is not there again")
    for number in [1, 2]:
        commands = page.at("commands").text.split("\n")
        check(commands[0] == f"unet plan serve/corrections/instances --kind instances --minutes 30 --output serve/corrections/instances/corrected-{number}.yaml", f"commands are {commands}")
        run(*commands[0].replace("--minutes 30", "--minutes 1").split()[1:], "--device", "cpu")
        run(*commands[1].split()[1:], "--device", "cpu", "--steps", "20")
        check((folder / f"runs/corrected-{number}/model.safetensors").exists(), "the next training has not ended")
        page.at("save").click()
        page.wait(lambda: f"corrected-{number + 1}" in page.at("commands").text)
    raw = (folder / "runs" / "corrected-1" / "model.safetensors").read_bytes()
    header = json.loads(raw[8 : 8 + int.from_bytes(raw[:8], "little")])["__metadata__"]
    check(header.get("training.images", "").count(" ") == 0 and header.get("training.images"), "the next training has learnt from other images")
    page.wait(lambda: "corrected-2" in page.at("runs").text)
    time.sleep(1)
    page.screenshots(shots, "trainings")


main()
