"""What is read: the article, its blocks, sentences, citations, references and noise. Pure; knows no file, store or screen."""
