import Testing
import UNetNumerics

/// Tables as text.
@Suite struct TextTableTests {
  @Test func fieldsAreQuotedWhereTheyNeedIt() {
    #expect(
      csv([["a", "b c"], ["1,5", "say \"x\""], ["", "two\nlines"]])
        == "a,b c\n\"1,5\",\"say \"\"x\"\"\"\n,\"two\nlines\"\n")
    #expect(csv([]).isEmpty)
  }

  @Test func aColumnIsFilledAndNeverCut() {
    #expect(padded("ab", to: 4) == "ab  ")
    #expect(padded("abcde", to: 4) == "abcde")
  }

  @Test func quantilesLieLinearlyBetweenRanks() {
    #expect(quantile(0.5, of: [1, 2, 4, 8] as [Double]) == 3)
    #expect(quantile(0, of: [1, 2] as [Float]) == 1 && quantile(1, of: [1, 2] as [Float]) == 2)
    #expect(quantile(0.3, of: [7] as [Double]) == 7)
    #expect(quantile(0.5, of: [Double]()).isNaN)
  }
}
