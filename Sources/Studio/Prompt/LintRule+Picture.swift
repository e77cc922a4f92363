extension LintRule {
    /// Requests for lettering, which models misspell.
    static let textInPicture = LintRule(
        code: .textInPicture,
        phrases: Phrase.list(
            """
            on screen text|texts|caption|captions|title|titles|subtitles|words|headline|graphics
            text|texts|caption|captions|title|titles|subtitles|words|logo|headline|price on the? screen
            text|title|caption|logo|graphic overlay|overlays
            overlay|superimpose|overlaid the|a|some|our? text|title|caption|captions|logo|words|price
            add|insert|include|write|animate a|an|the|some|our? big|bold|large|white? text|caption|captions|subtitle|subtitles|headline|title|hashtag|hashtags|watermark|logo|banner
            show|display|put a|an|the|some|our? big|bold|large|white? text|caption|captions|subtitle|subtitles|headline !on|of
            text|caption|title|headline|banner|sign that? says|saying|reads|reading|appears|pops|fades|flashes
            with captions|subtitles|hashtags
            lower third
            """),
        advice: "asks for text in the picture, which models misspell. Leave it out here and add "
            + "text to the finished clip.",
        negationReach: 6)

    private static let several = """
        #|several|multiple|many|various|both|different products|items|bottles|jars|candles|mugs|cups|tubes|cans|boxes|bags|pairs|pots|tins|cars|shirts|shoes|books
        set|bundle|pack|box|trio|duo of #
        whole|entire|full range|collection|lineup|assortment
        """

    private static let severalAdvice =
        "names several products. A clip keeps one product true to its photo: make one clip each."

    static let severalProducts = LintRule(
        code: .severalProducts, phrases: Phrase.list(several), advice: severalAdvice,
        negationReach: 3)

    /// In a product's name even "and a" means a second one.
    static let severalInName = LintRule(
        code: .severalProducts,
        phrases: Phrase.list(several + "\nand a|an|another|our\nplus a|an|another|our"),
        advice: severalAdvice, negationReach: 3)
}
