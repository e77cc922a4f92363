extension LintRule {
    /// Words of someone who has lived with the product. The people in clips have not.
    static let experience = LintRule(
        code: .claimExperience,
        phrases: Phrase.list(
            """
            i've finally|already|now? been? using|used|tried|trying|worn|wearing|tested|owned|switched
            i've been? drinking|eating|taking this|it|these|them
            i have been? using|used|tried|worn|tested|owned|switched
            we've|we have? been using|wearing|drinking
            i tried|tested|bought|switched
            i used this|it|these|them
            i use|wear|drink|carry|apply it|this|these|them every|daily|each|always|all
            i swear by
            i lost|gained #
            i can't|couldn't live without
            never going|go back to
            my skin|acne|eczema|psoriasis|wrinkles
            my hair|nails|teeth|back|face|knees|joints|sleep|energy is|feels|looks|has|never|grew|improved|changed
            changed my|our life|lives|skin|routine|mornings
            saved my|our life|lives|skin|hair|marriage
            life changing
            my holy grail
            my go to
            works|worked wonders? for me
            helped me
            cured my|me
            after just|only? a? #|one day|days|week|weeks|month|months
            as a doctor|nurse|dentist|dermatologist|pharmacist|mom|mum|dad|mother|father|customer
            meine haut
            ich benutze|nutze|verwende es|das|sie|diese seit
            mein leben verändert
            ma peau
            changé ma vie
            mi piel
            cambió|cambiado mi|la vida
            """),
        advice: "tells of someone's own experience, and nobody in a made clip has had it. Rules on "
            + "reviews forbid that in advertising: show or describe the product instead.",
        negationReach: 0)

    /// Promises and numbers that an advertiser must be able to prove.
    static let result = LintRule(
        code: .claimResult,
        phrases: Phrase.list(measures + "\n" + health + "\n" + approval),
        advice: "promises a result, a number or an approval. Say it only with proof at hand, or "
            + "show what the product is instead.",
        negationReach: 2)

    private static let measures = """
        # %|percent of|less|more|fewer|faster|better|stronger|longer|thicker|effective|safe
        # %|percent reduction|improvement|increase|brighter|smoother|whiter|healthier|satisfaction
        # %|percent guaranteed|satisfied|results|in|within|agree|agreed|recommend|germs|bacteria
        # prozent weniger|mehr
        # % weniger|mehr|menos|más|moins|plus
        by up? to? # %|percent
        # times|x faster|better|stronger|more|longer|brighter|softer|whiter|cleaner|thicker|less
        # faster|better|stronger|longer|brighter|softer|whiter|cleaner|thicker
        guaranteed|guarantees|garantiert|garanti|garantie|garantizado|garantizada|garantito
        i|we guarantee
        instant|visible|real|proven|overnight results
        results in|within|after|guaranteed
        before and after !use|using|each|every|meals|meal|washing|eating|work|school|training|the|a|your|you
        before after !use|each|every|the|a|your
        """

    private static let ailments =
        "pain|pains|acne|anxiety|stress|depression|wrinkles|eczema|psoriasis|insomnia|inflammation"
        + "|bloating|headache|headaches|migraines|arthritis|cancer|diabetes|hangovers|cellulite"
        + "|dandruff|scars|pimples|blemishes|germs|bacteria|viruses|infections|aging|ageing"

    private static let health = """
        cure|cures|heal|heals|treat|treats|prevent|prevents|relieve|relieves your|my|any|all|the? \(ailments)
        reverse|reverses|eliminate|eliminates|reduce|reduces|fight|fights|stop|stops|kill|kills your|my|any|all|the? \(ailments)
        lose|lost|drop|dropped|shed up? to? # kg|kilos|kilo|pounds|lbs|inches|stone
        weight loss
        burn|burns|melt|melts your? belly|body? fat
        boost|boosts|strengthen|strengthens|improve|improves your|the? immune|immunity|metabolism|testosterone|sleep|memory|digestion
        no side effects
        miracle cure|cream|pill|drink
        """

    private static let approval = """
        clinically|scientifically|medically|dermatologically|lab proven|tested|approved|backed|shown
        klinisch getestet|erwiesen|bewiesen
        cliniquement prouvé|prouvée|testé|testée
        clínicamente probado|probada|testado
        clinical trial|trials|study|studies
        doctor|doctors|dentist|dentists|dermatologist|dermatologists|vet|vets recommend|recommended|approved|tested
        recommended|approved|trusted by # doctors|dentists|dermatologists|experts|vets|customers|people
        recommended|approved|trusted by doctors|dentists|dermatologists|experts|vets
        fda approved|cleared
        # star|stars review|reviews|rating|ratings|rated|product
        # stars
        # ★
        ★
        rated #
        # reviews|ratings|downloads|testimonials
        # happy|satisfied? customers|users|buyers|clients|reviewers
        everyone|everybody loves|raves|agrees|recommends
        customers|people|users|reviewers love|say|agree|rave
        top|best|highest rated
        best selling
        number one brand|choice|rated|selling|recommended
        hash 1
        """
}
