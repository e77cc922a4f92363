import VideoModels

extension Catalogue {
    /// How many jobs may be at each of its models.
    var slots: [SlotLimits] {
        models.map { model in
            SlotLimits(
                model: model.id, provider: model.provider.rawValue, ofModel: model.concurrency,
                ofProvider: providerConcurrency[model.provider])
        }
    }

    /// How many jobs may be where this one goes. A model that is not offered any more takes one at
    /// a time, which finds out that it is gone.
    func slots(of job: Job) -> SlotLimits {
        let model = model(named: job.model)
        return SlotLimits(
            model: job.model, provider: job.provider, ofModel: model?.concurrency ?? 1,
            ofProvider: model.flatMap { providerConcurrency[$0.provider] })
    }
}
