"""What a team costs and how soon its members see changes: a model of 10,000 people, and clients that are measured."""
