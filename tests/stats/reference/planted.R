# Makes the planted counts of this folder and what DESeq2 1.38.3 (R 4.2.2) says of them. Floats were then cut to 10 digits.
suppressMessages(library(DESeq2))
set.seed(11)
go<-function(name,md,design,contrast,n,reduced,extra=0){
 m<-nrow(md); mu<-exp(runif(n,log(2),log(3000))); disp<-0.05+3/mu; disp<-disp*exp(rnorm(n,0,.7))
 g<-as.integer(factor(md[[contrast[1]]]))-1; lfc<-ifelse(runif(n)<.25,rnorm(n,0,1.2),0)
 sf<-exp(rnorm(m,0,.3)); M<-outer(mu,sf)*2^outer(lfc,g)
 y<-matrix(rnbinom(n*m,mu=M,size=1/disp),n,m); 
 for(k in seq_len(extra)){i<-sample(n,1);j<-sample(m,1); y[i,j]<-as.integer(y[i,j]*30+500)}
 y[1:5,]<-0L; y[6:12,g==0]<-0L; y[13,]<-0L; y[13,1]<-700L; y[14,]<-0L;y[14,m]<-3L; y[15,]<-100L
 storage.mode(y)<-"integer"; rownames(y)<-sprintf("g%04d",1:n); colnames(y)<-rownames(md)
 dds<-DESeq(DESeqDataSetFromMatrix(y,md,design),quiet=TRUE)
 r<-results(dds,contrast=contrast); mc<-as.data.frame(mcols(dds)); 
 lrt<-results(DESeq(DESeqDataSetFromMatrix(y,md,design),test="LRT",reduced=reduced,quiet=TRUE))
 out<-data.frame(gene_id=rownames(y),y,signif(as.data.frame(r),14),signif(mc[,c("dispGeneEst","dispFit","dispersion","dispMAP","maxCooks")],14),replace=if(is.null(mc$replace)) FALSE else mc$replace,lrt_stat=signif(lrt$stat,14),lrt_pvalue=signif(lrt$pvalue,14),signif(assay(varianceStabilizingTransformation(DESeqDataSetFromMatrix(y,md,design),blind=TRUE)),14))
 write.csv(out,paste0(name,".csv"),row.names=FALSE); write.csv(md,paste0(name,"_samples.csv"))
 cat(name,"sf",format(sizeFactors(dds),digits=14),"prior",attr(dispersionFunction(dds),"dispPriorVar"),"coefs",format(attr(dispersionFunction(dds),"coefficients"),digits=12),"thr",metadata(r)$filterThreshold,"replaced",sum(mc$replace,na.rm=TRUE),"naP",sum(is.na(r$pvalue)),"conv",sum(!mc$betaConv,na.rm=T),"\n")
 dds}
S<-function(m) sprintf("s%02d",1:m)
a<-go("two_groups_of_8",data.frame(group=factor(rep(c("a","b"),each=8)),row.names=S(16)),~group,c("group","b","a"),600,~1,40)
a<-go("three_groups_of_3",data.frame(group=factor(rep(c("a","b","c"),each=3)),row.names=S(9)),~group,c("group","c","b"),600,~1,30)
a<-go("uneven_batch",data.frame(batch=factor(c(rep("x",8),rep("y",6),rep("x",3),rep("y",3))),group=factor(rep(c("a","b"),c(14,6))),row.names=S(20)),~batch+group,c("group","b","a"),600,~batch,40)
a<-go("covariate",data.frame(age=round(rnorm(10),2),group=factor(rep(c("a","b"),5)),row.names=S(10)),~age+group,c("group","b","a"),400,~age,10)
