/// The results of a sum of products that a work-group of tile.h computes together: a matrix of `rows` x `columns`, of
/// which each item keeps `itemRows` x `itemColumns`.  All are powers of two.
package struct GroupTile: Hashable, Codable, Sendable {
  /// Results of a group.
  package var rows: Int, columns: Int
  /// Results of an item.
  package var itemRows: Int, itemColumns: Int
  /// Terms of the sums that lie in local memory at once; twice as many are kept, one half in use.
  package var depth: Int

  /// A tile of these sizes.
  package init(rows: Int, columns: Int, itemRows: Int, itemColumns: Int, depth: Int) {
    (self.rows, self.columns, self.depth) = (rows, columns, depth)
    (self.itemRows, self.itemColumns) = (itemRows, itemColumns)
  }

  /// Items of a group.
  package var items: Int { (rows / itemRows) * (columns / itemColumns) }
  /// Results of a group.
  package var results: Int { rows * columns }
  /// Local memory of a group, in bytes.
  package var localBytes: Int { 2 * depth * (rows + 4 + columns + 4) * 4 }

  /// Whether tile.h can be compiled so, for a device of these limits: an item's loads of a stage must be of the same
  /// terms, so there are at least as many items as terms.
  package func fits(_ limits: DeviceLimits) -> Bool {
    rows >= itemRows && columns >= itemColumns && items >= depth
      && items <= limits.items && localBytes <= limits.localBytes
  }

  /// The sides worth trying; `fitted` makes smaller ones of them.
  package static let allowedSides = [64, 128, 256]
  /// The sides of an item's results worth trying.
  package static let allowedItemSides = [4, 8]
  /// The depths worth trying.
  package static let allowedDepths = [8, 16]

  /// Every tile of these that a device of these limits holds.
  package static func allowed(on limits: DeviceLimits) -> [GroupTile] {
    allowedSides.flatMap { rows in
      allowedSides.flatMap { columns in
        allowedItems.flatMap { item in
          allowedDepths.map { depth in
            GroupTile(
              rows: rows, columns: columns, itemRows: item.rows, itemColumns: item.columns, depth: depth)
          }
        }
      }
    }.filter { $0.fits(limits) }
  }

  /// The tile that every device can hold.
  package static let least = GroupTile(rows: 16, columns: 16, itemRows: 4, itemColumns: 4, depth: 8)

  /// A tile for a matrix of `rows` x `columns`, made of this one so that little of a group's work is thrown away and
  /// the device is busy.
  ///
  /// A side is halved that is twice what there is or more, rows to no less than `leastRows`; then the longer side, down
  /// to 64, until there are `groups`, `batches` counted.  A group that has become smaller than 32 items gets more rows.
  /// One smaller than 64 has shallower stages, so that an item's loads of one stay in registers, and items of 4 rows where
  /// they have more than 4 columns, or where they are fewer than 16.
  func fitted(
    rows: Int, columns: Int, batches: Int, groups: Int, leastRows: Int, on limits: DeviceLimits
  ) -> GroupTile {
    var tile = self
    while tile.columns >= 2 * max(columns, 4) { tile.columns /= 2 }
    while tile.rows >= 2 * max(rows, leastRows) { tile.rows /= 2 }
    func count() -> Int {
      ((rows + tile.rows - 1) / tile.rows) * ((columns + tile.columns - 1) / tile.columns) * batches
    }
    while count() < groups && max(tile.rows, tile.columns) > 64 {
      if tile.rows >= tile.columns { tile.rows /= 2 } else { tile.columns /= 2 }
    }
    tile.itemColumns = min(tile.itemColumns, tile.columns)
    var taller = tile
    taller.rows *= 2
    while tile.items < 32 && taller.rows <= min(rows, 256) && taller.fits(limits) {
      tile = taller
      taller.rows *= 2
    }
    if tile.items < 16 || (tile.items < 64 && tile.itemColumns > 4) { tile.itemRows = 4 }
    if tile.items < 64 { tile.depth = max(4, tile.depth / 2) }
    return tile
  }
}
