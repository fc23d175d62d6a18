import Testing
import UNetData

@Suite("Which files of a tree are labels")
struct LabelNamesTests {
  private func labels(_ files: [String]) -> [String] { files.filter(LabelNames(files).isLabel) }

  @Test(
    "files called so beside their images, and folders called so beside those of images",
    arguments: [
      (["a_0000", "a_0001", "b"], ["a_mask"]),
      (["t000", "t001"], ["man_seg000"]),
      (["img_001", "img_002"], ["lab_001"]),
      (["lab_x"], ["lab_x_mask"]),
      (["x", "y"], ["X_cp_masks", "gt_y", "y_flows"]),
      (["image", "deep/raw"], ["mask", "deep/seg"]),
      (
        ["01/t000", "02/t000"],
        ["01_GT/SEG/man_seg000", "01_GT/TRA/man_track000", "01_RES/mask000", "02_ST/SEG/1", "02_ERR_SEG/1"]
      ),
      (
        ["images/a"], ["ground_truth/a", "GT/a", "lbl/plate/a", "annotations/a", "image_masks/a", "target/a"]
      ),
      (["p/img/a"], ["p/labels/b"]),
      (["train/a", "train_x/a"], ["train_masks/a", "labels_train_x/a"]),
      (["images/b", "masks/images/a"], ["masks/b"]),
      (["id/id"], ["id/masks/0a7d", "id/masks/30b2"]),
      (["c1", "c2"], ["c1_masks/1", "c1_masks/2"]),
    ])
  func areTold(images: [String], expected: [String]) {
    #expect(labels(images + expected) == expected)
    #expect(labels(expected + images) == expected)
  }

  @Test(
    "no image beside them, and words that say what a picture shows",
    arguments: [
      ["masks/1"], ["01_GT/SEG/man_seg000"], ["deep/b_seg", "b"], ["masks/images/a"],
      ["label_free_1", "dapi_1", "target_1"], ["control/a", "target/a"], ["overview", "target/a"],
      ["results/a", "images/a"], ["t001", "man_seg002"], ["mask_a", "mask_b"],
    ])
  func areImages(files: [String]) { #expect(labels(files) == []) }
}
