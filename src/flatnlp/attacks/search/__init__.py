"""Search methods: generators that ask for scores and know nothing of batches, devices or other examples."""
