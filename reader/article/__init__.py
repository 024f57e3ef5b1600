"""The document: text model, sentences, citations, references and noise, without files, the store or the screen."""
