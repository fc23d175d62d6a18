/// Figures that others have published, as they stand there.
enum PublishedResults {
  /// Table 1 of the paper: the EM segmentation challenge on 6 March 2015; warping, Rand and pixel error.  Then what the
  /// challenge's server said of the same U-Net by its later metrics (Arganda-Carreras et al. 2015): V_rand and V_info.
  static let table1 = ResultTable.Published(
    source: "published (table 1 and the challenge's server), test set",
    rows: [
      ("human values", ["0.000005", "0.0021", "0.0010", nil, nil, nil, nil]),
      ("1. u-net", ["0.000353", "0.0382", "0.0611", "0.97276", "0.98662", nil, nil]),
      ("2. DIVE-SCI", ["0.000355", "0.0305", "0.0584", nil, nil, nil, nil]),
      ("3. IDSIA (sliding window)", ["0.000420", "0.0504", "0.0613", nil, nil, nil, nil]),
      ("4. DIVE", ["0.000430", "0.0545", "0.0582", nil, nil, nil, nil]),
      ("10. IDSIA-SCI", ["0.000653", "0.0189", "0.1027", nil, nil, nil, nil]),
    ])

  /// Table 2 of the paper: IOU in the ISBI cell tracking challenge 2015.
  static let table2 = ResultTable.Published(
    source: "published (table 2), test set",
    rows: [
      ("IMCB-SG (2014)", ["0.2669", "0.2935", nil, nil]),
      ("KTH-SE (2014)", ["0.7953", "0.4607", nil, nil]),
      ("HOUS-US (2014)", ["0.5323", nil, nil, nil]),
      ("second-best 2015", ["0.83", "0.46", nil, nil]),
      ("u-net (2015)", ["0.9203", "0.7756", nil, nil]),
    ])
}
